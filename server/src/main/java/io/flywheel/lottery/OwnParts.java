package io.flywheel.lottery;

import java.util.function.Predicate;

/** A viewer's parts in draws of rooms. Pure functions; not to be instantiated. */
final class OwnParts {
  private OwnParts() {}

  /** The viewer's part in a draw; without progress where there is none. */
  static RoomDrawPart find(RoomDrawsOfViewer mine, RoomDrawKey key) {
    return mine.getPartsList().stream()
        .filter(part -> part.getRoomId().equals(key.roomId()) && part.getNumber() == key.number())
        .findFirst()
        .orElse(RoomDrawPart.getDefaultInstance());
  }

  /**
   * With another part. Of too many, those go that were not added to for the longest: first those
   * whose draws are over, then those that have not entered. A part that has entered a draw that is
   * open always stays, for the viewer would enter again.
   *
   * @param isOpen whether a part's draw is open; asked only where there are too many
   */
  static RoomDrawsOfViewer with(
      RoomDrawsOfViewer mine, RoomDrawPart part, int most, Predicate<RoomDrawPart> isOpen) {
    RoomDrawsOfViewer.Builder after = RoomDrawsOfViewer.newBuilder();
    mine.getPartsList().stream()
        .filter(other ->
            !other.getRoomId().equals(part.getRoomId()) || other.getNumber() != part.getNumber())
        .forEach(after::addParts);
    drop(after, most - 1, isOpen.negate());
    drop(after, most - 1, other -> !other.getEntered());
    return after.addParts(part).build();
  }

  private static void drop(
      RoomDrawsOfViewer.Builder mine, int most, Predicate<RoomDrawPart> mayGo) {
    int i = 0;
    while (mine.getPartsCount() > most && i < mine.getPartsCount()) {
      if (mayGo.test(mine.getParts(i))) {
        mine.removeParts(i);
      } else {
        i++;
      }
    }
  }
}
