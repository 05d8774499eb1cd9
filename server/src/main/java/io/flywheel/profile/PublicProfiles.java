package io.flywheel.profile;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import io.flywheel.engine.Engine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.ViewerProfile;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How viewers are shown to others. What many look at is read far oftener than names change, so it
 * stays in memory until a change is heard of. Thread-safe.
 */
public final class PublicProfiles {
  private static final int MAX_READ_AT_ONCE = 500;

  private final Engine engine;
  private final KeptProfiles kept;
  private final Counter found;
  private final Counter read;

  @Inject
  PublicProfiles(Engine engine, KeptProfiles kept, MeterRegistry metrics) {
    this.engine = engine;
    this.kept = kept;
    this.found =
        Counter.builder("flywheel.profile.found")
            .description("Viewers who were shown to others by what was in memory")
            .register(metrics);
    this.read =
        Counter.builder("flywheel.profile.read")
            .description("Viewers of whom it was read from the database how they are shown")
            .register(metrics);
  }

  /** The profiles of a merchant's viewers by their ids; the default one where nothing is known. */
  public Map<String, PublicProfile> of(String merchantId, Collection<String> viewerIds) {
    List<String> ids = List.copyOf(viewerIds);
    List<PublicProfile> profiles = inOrder(merchantId, ids);
    Map<String, PublicProfile> byId = new HashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      byId.put(ids.get(i), profiles.get(i));
    }
    return byId;
  }

  /**
   * The profiles of a merchant's viewers in the order of their ids, with the default one where
   * nothing is known.
   */
  public List<PublicProfile> inOrder(String merchantId, List<String> viewerIds) {
    @Nullable PublicProfile[] profiles = kept.find(merchantId, viewerIds);
    Set<String> missing = new LinkedHashSet<>(0);
    for (int i = 0; i < profiles.length; i++) {
      if (profiles[i] == null) {
        missing.add(viewerIds.get(i));
      }
    }
    found.increment(profiles.length - missing.size());
    if (!missing.isEmpty()) {
      Map<String, PublicProfile> fresh = read(merchantId, missing);
      for (int i = 0; i < profiles.length; i++) {
        if (profiles[i] == null) {
          profiles[i] = fresh.get(viewerIds.get(i));
        }
      }
    }
    return ImmutableList.copyOf(profiles);
  }

  /**
   * Reads those of a merchant's viewers who are not in memory, so that it is there when it is asked
   * for.
   *
   * @return false: there is no more room for them
   */
  public boolean prepare(String merchantId, List<String> viewerIds) {
    if (!kept.hasRoom()) {
      return false;
    }
    var unused = inOrder(merchantId, viewerIds);
    return true;
  }

  private Map<String, PublicProfile> read(String merchantId, Set<String> missing) {
    read.increment(missing.size());
    Map<String, PublicProfile> fresh = new HashMap<>();
    for (List<String> some : Iterables.partition(missing, MAX_READ_AT_ONCE)) {
      try (KeptProfiles.Look look = kept.look(merchantId)) {
        Map<String, PublicProfile> shown = read(merchantId, some);
        look.keep(shown);
        fresh.putAll(shown);
      }
    }
    return fresh;
  }

  private Map<String, PublicProfile> read(String merchantId, List<String> viewerIds) {
    List<ViewerKey> viewers = viewerIds.stream().map(id -> new ViewerKey(merchantId, id)).toList();
    Map<ViewerKey, ViewerProfile> rows = engine.profiles(viewers);
    Map<String, PublicProfile> shown = new HashMap<>();
    for (ViewerKey viewer : viewers) {
      ViewerProfile row = rows.getOrDefault(viewer, ViewerProfile.getDefaultInstance());
      shown.put(viewer.viewerId(), row.getShownAs());
    }
    return shown;
  }
}
