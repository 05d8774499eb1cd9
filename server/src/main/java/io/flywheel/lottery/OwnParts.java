package io.flywheel.lottery;

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

  /** With another part; of too many, the one that was not added to for the longest goes. */
  static RoomDrawsOfViewer with(RoomDrawsOfViewer mine, RoomDrawPart part, int most) {
    RoomDrawsOfViewer.Builder after = RoomDrawsOfViewer.newBuilder();
    mine.getPartsList().stream()
        .filter(other ->
            !other.getRoomId().equals(part.getRoomId()) || other.getNumber() != part.getNumber())
        .forEach(after::addParts);
    after.addParts(part);
    if (after.getPartsCount() > most) {
      after.removeParts(0);
    }
    return after.build();
  }
}
