package io.flywheel.broadcast;

import com.google.inject.Inject;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.Presence;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.function.UnaryOperator;

/** What is known of rooms and their broadcasts, and in which one something happens. Thread-safe. */
public final class Broadcasts {
  /** What stands before the date in the name of a day that counts as a broadcast. */
  private static final String DAY_PREFIX = "day:";

  private final RoomSlice rooms;
  private final BroadcastSlice broadcasts;

  @Inject
  public Broadcasts(RoomSlice rooms, BroadcastSlice broadcasts) {
    this.rooms = rooms;
    this.broadcasts = broadcasts;
  }

  /** Whether an id stands for a day. */
  public static boolean isDay(String broadcastId) {
    return broadcastId.startsWith(DAY_PREFIX);
  }

  /** The name of a day that counts as a broadcast. */
  public static String ofDay(LocalDate day) {
    return DAY_PREFIX + day;
  }

  /** What is given of a broadcast: nothing, where a day stands for it. */
  public static String withoutDay(String broadcastId) {
    return isDay(broadcastId) ? "" : broadcastId;
  }

  /**
   * Refuses ids that clash with days.
   *
   * @throws ServiceException INVALID_FIELD
   */
  public static void check(String broadcastId) {
    if (isDay(broadcastId)) {
      throw ServiceException.invalidField("broadcast_id", refusalOf(broadcastId));
    }
  }

  /** Why an id that stands for a day is refused. */
  public static String refusalOf(String broadcastId) {
    return "\"%s\" (expected: another beginning, for \"day:\" stands for days)"
        .formatted(broadcastId);
  }

  /**
   * The broadcast in which something happens: the one that is given; else the one that the platform
   * had opened in the room at the time; else the one for which the viewer is in the room; else the
   * day. The third depends on when an event arrives, so a platform names broadcasts or opens them.
   */
  public String idOf(StateView view, String roomId, String given) {
    return idOf(view, roomId, given, view.at());
  }

  /** The broadcast in which something happens at a time. */
  public String idOf(StateView view, String roomId, String given, Instant at) {
    if (!given.isEmpty()) {
      return given;
    }
    if (!roomId.isEmpty()) {
      String opened = room(view, roomId).broadcastAt(at.toEpochMilli());
      Presence presence = view.profile().getPresence();
      if (!opened.isEmpty()) {
        return opened;
      }
      String present = withoutDay(presence.getBroadcastId());
      if (presence.getRoomId().equals(roomId) && !present.isEmpty()) {
        return present;
      }
    }
    return ofDay(view.program().calendar().dayOf(at));
  }

  /** A room as it is known. */
  public RoomInfo room(StateView view, String roomId) {
    return view.peek(rooms, new RoomKey(view.viewer().merchantId(), roomId));
  }

  /** A broadcast as it is known; a day is known by its name. */
  public Broadcast broadcast(StateView view, String roomId, String broadcastId) {
    return isDay(broadcastId)
        ? day(view.program().calendar(), broadcastId)
        : view.peek(broadcasts, new BroadcastKey(view.viewer().merchantId(), roomId, broadcastId));
  }

  /** An action will look at a room, and at a broadcast if one is given. */
  public void prefetch(Prefetch wanted, String roomId, String given) {
    if (!roomId.isEmpty()) {
      RoomKey room = new RoomKey(wanted.action().viewer().merchantId(), roomId);
      wanted.peek(rooms, room);
      if (!given.isEmpty() && !isDay(given)) {
        wanted.peek(broadcasts, new BroadcastKey(room, given));
      }
    }
  }

  /** Asks for the room that the viewer is in, if calls of the kind look at it. */
  public void prefetchPresent(Prefetch wanted) {
    if (wanted.isUsual(rooms)) {
      Presence presence = wanted.profile().getPresence();
      prefetch(wanted, presence.getRoomId(), presence.getBroadcastId());
    }
  }

  /** A broadcast that stays as it is known until the turn is committed. */
  public Broadcast held(Turn turn, String roomId, String broadcastId) {
    return isDay(broadcastId)
        ? broadcast(turn, roomId, broadcastId)
        : turn.get(broadcasts, new BroadcastKey(turn.viewer().merchantId(), roomId, broadcastId));
  }

  /** Notes that something happens in a room, and in a broadcast if one is given. */
  public void note(Turn turn, String roomId, String given) {
    if (!roomId.isEmpty() && !room(turn, roomId).isKnown()) {
      change(turn, roomId, room -> new RoomInfo(room.told().toBuilder().setNamed(true).build()));
    }
    long atMillis = turn.at().toEpochMilli();
    if (!given.isEmpty() && atMillis < broadcast(turn, roomId, given).firstMillis()) {
      change(turn, roomId, given, broadcast -> broadcast.seenAt(atMillis));
    }
  }

  /** Changes what is known of a room. */
  public RoomInfo change(Turn turn, String roomId, UnaryOperator<RoomInfo> change) {
    RoomKey key = new RoomKey(turn.viewer().merchantId(), roomId);
    RoomInfo changed = change.apply(turn.get(rooms, key));
    turn.set(rooms, key, changed);
    return changed;
  }

  /** Changes what is known of a broadcast that is no day. */
  public Broadcast change(
      Turn turn, String roomId, String broadcastId, UnaryOperator<Broadcast> change) {
    BroadcastKey key = new BroadcastKey(turn.viewer().merchantId(), roomId, broadcastId);
    Broadcast before = turn.get(broadcasts, key);
    Broadcast changed = change.apply(before);
    if (!changed.equals(before)) {
      turn.set(broadcasts, key, changed);
    }
    if (before.startMillis() != Broadcast.NEVER && changed.startMillis() != before.startMillis()) {
      turn.signal(new BroadcastMoved(roomId, broadcastId, changed.startMillis()));
    }
    return changed;
  }

  private static Broadcast day(ProgramCalendar calendar, String broadcastId) {
    try {
      LocalDate day = LocalDate.parse(broadcastId.substring(DAY_PREFIX.length()));
      long start = calendar.startOf(day).toEpochMilli();
      return Broadcast.UNKNOWN.startedAt(start).endedAt(calendar.endOf(day).toEpochMilli());
    } catch (DateTimeParseException e) {
      return Broadcast.UNKNOWN; // an id that was taken before the prefix was reserved
    }
  }
}
