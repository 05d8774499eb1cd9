package io.flywheel.leaderboard;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.PublicProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How members of boards are shown. Boards are read far oftener than names change, so a name is
 * looked up again after ten seconds. Thread-safe.
 */
final class Faces {
  private static final int MAX_KEPT = 50_000;
  private static final Duration KEPT_FOR = Duration.ofSeconds(10);

  private final Engine engine;
  private final Cache<ViewerKey, PublicProfile> known =
      Caffeine.newBuilder().maximumSize(MAX_KEPT).expireAfterWrite(KEPT_FOR).build();

  @Inject
  Faces(Engine engine) {
    this.engine = engine;
  }

  /** Adds to a merchant's places how their viewers are shown. */
  List<BoardPlace> show(String merchantId, List<BoardPlace> places) {
    if (places.isEmpty()) {
      return places;
    }
    Map<ViewerKey, PublicProfile> faces =
        known.getAll(
            places.stream().map(place -> new ViewerKey(merchantId, place.getViewerId())).toList(),
            missing -> read(List.copyOf(missing)));
    return places.stream().map(place -> with(place, faces, merchantId)).toList();
  }

  /**
   * The places as a caller sees them: their own is marked, and no viewer learns the id of another
   * one who wishes to stay anonymous.
   *
   * @param viewer whose places are the own ones
   * @param byViewer whether a viewer asks
   */
  static List<BoardPlace> asSeenBy(ViewerKey viewer, boolean byViewer, List<BoardPlace> places) {
    return places.stream().map(place -> asSeenBy(viewer, byViewer, place)).toList();
  }

  private static BoardPlace asSeenBy(ViewerKey viewer, boolean byViewer, BoardPlace place) {
    if (place.getViewerId().equals(viewer.viewerId())) {
      return place.toBuilder().setOwn(true).build();
    }
    boolean isHidden = byViewer && place.getShownAs().getAnonymous();
    return isHidden ? place.toBuilder().clearViewerId().build() : place;
  }

  private static BoardPlace with(
      BoardPlace place, Map<ViewerKey, PublicProfile> faces, String merchantId) {
    PublicProfile face = faces.get(new ViewerKey(merchantId, place.getViewerId()));
    boolean isKnown = face != null && !face.equals(PublicProfile.getDefaultInstance());
    return isKnown ? place.toBuilder().setShownAs(face).build() : place;
  }

  private Map<ViewerKey, PublicProfile> read(List<ViewerKey> viewers) {
    List<PublicProfile> faces = engine.readAll(viewers, Faces::of);
    return IntStream.range(0, viewers.size())
        .boxed()
        .collect(Collectors.toMap(viewers::get, faces::get));
  }

  private static PublicProfile of(StateView view) {
    return view.profile().getShownAs();
  }
}
