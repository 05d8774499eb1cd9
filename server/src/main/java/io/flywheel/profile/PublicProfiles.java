package io.flywheel.profile;

import static com.google.common.collect.ImmutableMap.toImmutableMap;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.collect.Iterables;
import io.flywheel.engine.Engine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.ViewerProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How viewers are shown to others. What many look at is read far oftener than names change, so a
 * name is looked up again after eight seconds. Thread-safe.
 */
public final class PublicProfiles {
  private static final int MAX_KEPT = 50_000;
  private static final int MAX_READ_AT_ONCE = 500;
  private static final Duration KEPT_FOR = Duration.ofSeconds(8);

  private final Engine engine;
  private final Cache<ViewerKey, PublicProfile> known =
      Caffeine.newBuilder().maximumSize(MAX_KEPT).expireAfterWrite(KEPT_FOR).build();

  @Inject
  PublicProfiles(Engine engine) {
    this.engine = engine;
  }

  /** The profiles of a merchant's viewers by their ids; the default one where nothing is known. */
  public Map<String, PublicProfile> of(String merchantId, Collection<String> viewerIds) {
    List<ViewerKey> viewers =
        viewerIds.stream().distinct().map(id -> new ViewerKey(merchantId, id)).toList();
    return known.getAll(viewers, this::read).entrySet().stream()
        .collect(toImmutableMap(entry -> entry.getKey().viewerId(), Map.Entry::getValue));
  }

  private Map<ViewerKey, PublicProfile> read(Set<? extends ViewerKey> missing) {
    Map<ViewerKey, PublicProfile> read = new HashMap<>();
    for (List<? extends ViewerKey> some : Iterables.partition(missing, MAX_READ_AT_ONCE)) {
      Map<ViewerKey, ViewerProfile> found = engine.profiles(List.copyOf(some));
      for (ViewerKey viewer : some) {
        read.put(
            viewer, found.getOrDefault(viewer, ViewerProfile.getDefaultInstance()).getShownAs());
      }
    }
    return read;
  }
}
