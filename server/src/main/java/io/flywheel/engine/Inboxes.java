package io.flywheel.engine;

import com.google.protobuf.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the turns of a batch put into inboxes. Used by one thread. */
final class Inboxes {
  /** A part that a turn put into an inbox of an actor. */
  record Put<P>(Inbox<P> inbox, ViewerKey target, P part) {}

  /** A follow-up happens where the action did that left it, so other places are kept apart. */
  private record Place(Inbox<?> inbox, ViewerKey target, String roomId, String broadcastId) {}

  private final Map<Place, Filled<?>> filled = new LinkedHashMap<>();

  /** Adds what a turn put in that has ended well, in its order. */
  void add(Action action, List<Put<?>> puts) {
    for (int i = 0; i < puts.size(); i++) {
      add(action, i, puts.get(i));
    }
  }

  /**
   * Makes one follow-up of what was put in for an actor. It happens when the latest of its parts
   * did, or now where that is still to come, for it is to be carried out at once.
   */
  List<FollowUps.Row> pack(Instant now) {
    List<FollowUps.Row> rows = new ArrayList<>(filled.size());
    filled.forEach((place, parts) -> rows.add(parts.pack(place, now)));
    return rows;
  }

  @SuppressWarnings("unchecked") // a map holds for each inbox only what belongs to it
  private <P> void add(Action action, int index, Put<P> put) {
    Place place = new Place(put.inbox, put.target, action.roomId(), action.broadcastId());
    Filled<P> parts =
        (Filled<P>)
            filled.computeIfAbsent(place, unused -> new Filled<>(put.inbox, idOf(action, index)));
    parts.add(action.at(), put.part);
  }

  /** A timer is carried out again and again under its one id, each time at another time. */
  private static Id idOf(Action action, int index) {
    return action.identity().id().derive("inbox " + action.at().toEpochMilli() + " ", index);
  }

  private static final class Filled<P> {
    private final Inbox<P> inbox;
    private final Id id;
    private final List<P> parts = new ArrayList<>();
    private Instant latest = Instant.MIN;

    Filled(Inbox<P> inbox, Id id) {
      this.inbox = inbox;
      this.id = id;
    }

    void add(Instant at, P part) {
      latest = at.isAfter(latest) ? at : latest;
      parts.add(part);
    }

    FollowUps.Row pack(Place place, Instant now) {
      Message body = inbox.pack(parts);
      Instant at = latest.isAfter(now) ? now : latest;
      return FollowUps.row(id, at, place.target, place.roomId, place.broadcastId, body);
    }
  }
}
