package io.flywheel.engine;

import static com.google.common.collect.ImmutableMap.toImmutableMap;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.collect.Iterables;
import io.flywheel.v1.PublicProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How viewers are shown to others. What many look at is read far oftener than names change, so a
 * name is looked up again after ten seconds. Thread-safe.
 */
public final class PublicProfiles {
  private static final int MAX_KEPT = 50_000;
  private static final int MAX_READ_AT_ONCE = 500;
  private static final Duration KEPT_FOR = Duration.ofSeconds(10);

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
      List<ViewerKey> viewers = List.copyOf(some);
      List<PublicProfile> profiles = engine.readAll(viewers, PublicProfiles::shownAs);
      for (int i = 0; i < viewers.size(); i++) {
        read.put(viewers.get(i), profiles.get(i));
      }
    }
    return read;
  }

  private static PublicProfile shownAs(StateView view) {
    return view.profile().getShownAs();
  }
}
