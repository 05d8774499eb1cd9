package io.flywheel.leaderboard;

import io.flywheel.engine.ViewerKey;
import io.flywheel.profile.PublicProfiles;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.PublicProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How members of boards are shown. Thread-safe. */
final class Faces {
  /** How long the top of a board is shown with what was looked up. */
  private static final Duration TOP_KEPT_FOR = Duration.ofSeconds(2);

  private final PublicProfiles profiles;

  @Inject
  Faces(PublicProfiles profiles) {
    this.profiles = profiles;
  }

  /** So many places of a merchant's board from the top on, with how their viewers are shown. */
  List<BoardPlace> top(String merchantId, BoardIndex index, int size) {
    return index.top(size, TOP_KEPT_FOR.toNanos(), places -> show(merchantId, places));
  }

  /** Adds to a merchant's places how their viewers are shown. */
  List<BoardPlace> show(String merchantId, List<BoardPlace> places) {
    if (places.isEmpty()) {
      return places;
    }
    Map<String, PublicProfile> faces =
        profiles.of(merchantId, places.stream().map(BoardPlace::getViewerId).toList());
    return places.stream().map(place -> with(place, faces)).toList();
  }

  /**
   * The places as a caller sees them: their own is marked, and no viewer learns the id of another
   * one who wishes to stay anonymous.
   *
   * @param viewer whose places are the own ones
   * @param byViewer whether a viewer asks
   * @param own the place of the viewer's team, where places are of teams; null: none
   */
  static List<BoardPlace> asSeenBy(
      ViewerKey viewer, boolean byViewer, List<BoardPlace> places, @Nullable BoardPlace own) {
    return places.stream()
        .map(place -> place.hasTeam() ? ofTeam(place, own) : asSeenBy(viewer, byViewer, place))
        .toList();
  }

  private static BoardPlace ofTeam(BoardPlace place, @Nullable BoardPlace own) {
    return own != null && own.getTeam().getId().equals(place.getTeam().getId()) ? own : place;
  }

  private static BoardPlace asSeenBy(ViewerKey viewer, boolean byViewer, BoardPlace place) {
    if (place.getViewerId().equals(viewer.viewerId())) {
      return place.toBuilder().setOwn(true).build();
    }
    boolean isHidden = byViewer && place.getShownAs().getAnonymous();
    return isHidden ? place.toBuilder().clearViewerId().build() : place;
  }

  private static BoardPlace with(BoardPlace place, Map<String, PublicProfile> faces) {
    PublicProfile face = faces.get(place.getViewerId());
    boolean isKnown = face != null && !face.equals(PublicProfile.getDefaultInstance());
    return isKnown ? place.toBuilder().setShownAs(face).build() : place;
  }
}
