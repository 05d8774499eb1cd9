package io.flywheel.broadcast;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A room as it is known. Immutable.
 *
 * @param told what the platform told of it
 */
public record RoomInfo(RoomTold told) {
  /** How many of a room's broadcasts are known by the time at which they were on. */
  static final int MAX_SHOWS = 50;

  static final RoomInfo UNKNOWN = new RoomInfo(RoomTold.getDefaultInstance());

  private static final Comparator<Show> BY_START =
      Comparator.comparingLong(Show::getStartedMs).thenComparing(Show::getBroadcastId);

  /** Whether a call or event of the platform's services has named it. */
  public boolean isKnown() {
    return told.getNamed();
  }

  /** Whether viewers come in whose tokens name no room. */
  public boolean isOpen() {
    return isKnown() && !told.getClosed();
  }

  /** The broadcast that the platform had opened at a time, the one that began last; "": none. */
  public String broadcastAt(long atMillis) {
    for (int i = told.getShowsCount() - 1; i >= 0; i--) {
      Show show = told.getShows(i);
      boolean began = show.getStartedMs() <= atMillis;
      boolean isOver =
          (show.getEndedMs() != 0 && show.getEndedMs() <= atMillis)
              || show.getStartedMs() + Broadcast.LONGEST.toMillis() <= atMillis;
      if (began && !isOver) {
        return show.getBroadcastId();
      }
    }
    return "";
  }

  /** The room with what is known of one of its broadcasts that was told. */
  public RoomInfo with(String broadcastId, Broadcast broadcast) {
    List<Show> shows = new ArrayList<>(told.getShowsList());
    shows.removeIf(show -> show.getBroadcastId().equals(broadcastId));
    long end = broadcast.endMillis();
    shows.add(
        Show.newBuilder()
            .setBroadcastId(broadcastId)
            .setStartedMs(broadcast.startMillis())
            .setEndedMs(end == Broadcast.NEVER ? 0 : end)
            .build());
    shows.sort(BY_START);
    return new RoomInfo(
        told.toBuilder()
            .setNamed(true)
            .clearShows()
            .addAllShows(shows.subList(Math.max(0, shows.size() - MAX_SHOWS), shows.size()))
            .build());
  }
}
