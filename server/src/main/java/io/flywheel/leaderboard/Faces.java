package io.flywheel.leaderboard;

import io.flywheel.engine.ViewerKey;
import io.flywheel.profile.PublicProfiles;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.BoardPlaceOrBuilder;
import io.flywheel.v1.PublicProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  /** The places around a viewer with how their viewers are shown, as a caller sees them. */
  List<BoardPlace> around(ViewerKey viewer, boolean byViewer, BoardIndex index, int each) {
    List<BoardPlace.Builder> places = index.aroundToShow(viewer.viewerId(), each);
    List<PublicProfile> faces = facesOf(viewer.merchantId(), places);
    List<BoardPlace> shown = new ArrayList<>(places.size());
    for (int i = 0; i < places.size(); i++) {
      BoardPlace.Builder place = places.get(i);
      if (isKnown(faces.get(i))) {
        place.setShownAs(faces.get(i));
      }
      shown.add(see(viewer, byViewer, place).build());
    }
    return shown;
  }

  /** Adds to a merchant's places how their viewers are shown. */
  List<BoardPlace> show(String merchantId, List<BoardPlace> places) {
    List<PublicProfile> faces = facesOf(merchantId, places);
    List<BoardPlace> shown = new ArrayList<>(places.size());
    for (int i = 0; i < places.size(); i++) {
      BoardPlace place = places.get(i);
      PublicProfile face = faces.get(i);
      shown.add(isKnown(face) ? place.toBuilder().setShownAs(face).build() : place);
    }
    return shown;
  }

  /**
   * Looks up how the viewers of a merchant's places are shown, before anybody asks for it.
   *
   * @return false: there is no room to keep it
   */
  boolean prepare(String merchantId, List<BoardPlace> places) {
    return profiles.prepare(merchantId, viewerIds(places));
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

  /** Most places are as everybody sees them, and are not made again. */
  private static BoardPlace asSeenBy(ViewerKey viewer, boolean byViewer, BoardPlace place) {
    return isOwn(viewer, place) || isHidden(byViewer, place)
        ? see(viewer, byViewer, place.toBuilder()).build()
        : place;
  }

  private static BoardPlace.Builder see(
      ViewerKey viewer, boolean byViewer, BoardPlace.Builder place) {
    if (isOwn(viewer, place)) {
      return place.setOwn(true);
    }
    return isHidden(byViewer, place) ? place.clearViewerId() : place;
  }

  private static boolean isOwn(ViewerKey viewer, BoardPlaceOrBuilder place) {
    return place.getViewerId().equals(viewer.viewerId());
  }

  private static boolean isHidden(boolean byViewer, BoardPlaceOrBuilder place) {
    return byViewer && place.getShownAs().getAnonymous();
  }

  private static boolean isKnown(PublicProfile face) {
    return !face.equals(PublicProfile.getDefaultInstance());
  }

  private List<PublicProfile> facesOf(
      String merchantId, List<? extends BoardPlaceOrBuilder> places) {
    return places.isEmpty() ? List.of() : profiles.inOrder(merchantId, viewerIds(places));
  }

  private static List<String> viewerIds(List<? extends BoardPlaceOrBuilder> places) {
    List<String> ids = new ArrayList<>(places.size());
    places.forEach(place -> ids.add(place.getViewerId()));
    return ids;
  }
}
