package io.flywheel.analytics;

import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.counting.Referred;
import io.flywheel.engine.Action;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.PointsBooked;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.Presence;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RoomEntered;
import io.flywheel.v1.RoomLeft;
import io.flywheel.v1.TierReached;
import io.flywheel.v1.WatchCredited;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Notes what happens in rooms. It comes before all other features, so that it finds the viewer as
 * the action found them: unknown still, or in the room that they are about to leave. It decides
 * nothing and nothing listens to it. Thread-safe.
 */
final class FiguresReactor implements Reactor {
  private static final Set<String> ORDERS = Set.of("orders");

  private final FiguresAppender appender;
  private final Broadcasts broadcasts;

  @Inject
  FiguresReactor(FiguresAppender appender, Broadcasts broadcasts) {
    this.appender = appender;
    this.broadcasts = broadcasts;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Event.class, this::event);
    reactions.onFact(RoomEntered.class, this::entered);
    reactions.onFact(RoomLeft.class, this::left);
    reactions.onFact(WatchCredited.class, this::watched);
    reactions.onFact(CheckedIn.class, this::checkedIn);
    reactions.onFact(
        TierReached.class,
        (turn, tier) -> earned(turn, Figure.TIERS_REACHED, Math.max(1, tier.getTimes())));
    reactions.onFact(RewardGiven.class, (turn, given) -> earned(turn, Figure.REWARDS, 1));
    reactions.onFact(PointsBooked.class, this::booked);
    reactions.on(Referred.class, this::referred);
  }

  /** Coming in and watching are told by facts, for what is counted of them is decided first. */
  private void event(Turn turn, Event event) {
    if (event.getRoomId().isEmpty()) {
      return;
    }
    switch (event.getWhatCase()) {
      case LEFT -> wentOut(turn, event);
      case LIKED -> did(turn, event, Figure.LIKES, likes(event));
      case COMMENTED -> did(turn, event, Figure.COMMENTS, 1);
      case SHARED -> did(turn, event, Figure.SHARES, 1);
      case FOLLOWED -> {
        did(turn, event, Figure.FOLLOWS, 1);
        if (!turn.profile().hasFirstFollowedAt()) {
          count(turn, visit(turn, event), Figure.NEW_FOLLOWERS, 1);
        }
      }
      case CLICKED -> did(turn, event, Figure.CLICKS, 1);
      case ORDERED -> {
        // The shop tells of it, whether the viewer is still there or not.
        VisitKey visit = visit(turn, event);
        count(turn, visit, Figure.ORDERS, 1);
        count(turn, visit, Figure.ORDERED_MINOR, event.getOrdered().getAmountMinor());
        if (turn.profileNow(ORDERS).getOrders() > 1) {
          count(turn, visit, Figure.REPURCHASES, 1);
        }
      }
      case LEAD_SUBMITTED -> count(turn, visit(turn, event), Figure.LEADS, 1);
      case JOINED_GROUP -> count(turn, visit(turn, event), Figure.GROUP_JOINS, 1);
      case WATCHED -> isWatching(turn, event);
      case ENTERED,
          CUSTOM,
          REFUNDED,
          ORDER_COMPLETION,
          BROADCAST_STARTED,
          BROADCAST_ENDED,
          WHAT_NOT_SET -> {}
    }
  }

  private void did(Turn turn, Event event, Figure figure, long amount) {
    VisitKey visit = visit(turn, event);
    seen(turn, visit, !turn.profile().hasFirstSeenAt());
    count(turn, visit, figure, amount);
  }

  /**
   * Whoever is reported to watch is there, whatever of that time was credited before. Where days
   * stand for broadcasts, what was credited tells of the days before the last.
   */
  private void isWatching(Turn turn, Event event) {
    long from = Timestamps.toMillis(event.getWatched().getStartedAt());
    long to = Timestamps.toMillis(event.getWatched().getEndedAt());
    Instant end = Instant.ofEpochMilli(to - 1);
    String broadcastId = broadcasts.idOf(turn, event.getRoomId(), event.getBroadcastId(), end);
    if (Broadcasts.isDay(broadcastId)) {
      ProgramCalendar calendar = turn.program().calendar();
      from = Math.max(from, calendar.startOf(calendar.dayOf(end)).toEpochMilli());
    }
    VisitKey visit = visit(turn, event.getRoomId(), broadcastId);
    turn.append(appender, new Mark.Seen(visit, from, to, !turn.profile().hasFirstSeenAt()));
  }

  private void wentOut(Turn turn, Event event) {
    VisitKey visit = visit(turn, event);
    seen(turn, visit, !turn.profile().hasFirstSeenAt());
    turn.append(appender, new Mark.Gone(visit, millis(turn)));
  }

  private void entered(Turn turn, RoomEntered entered) {
    VisitKey visit = visit(turn, entered.getRoomId(), entered.getBroadcastId());
    seen(turn, visit, entered.getFirstVisit());
    count(turn, visit, Figure.ENTERED, 1);
  }

  private void left(Turn turn, RoomLeft left) {
    VisitKey visit = visit(turn, left.getRoomId(), left.getBroadcastId());
    turn.append(appender, new Mark.Gone(visit, millis(turn)));
  }

  private void watched(Turn turn, WatchCredited credited) {
    String roomId = credited.getRoomId();
    String credit = credited.getBroadcastId();
    String broadcastId = Broadcasts.isDay(credit) ? leftOr(turn, roomId, credit) : credit;
    VisitKey visit = visit(turn, roomId, broadcastId);
    long from = Timestamps.toMillis(credited.getStartedAt());
    long millis = credited.getCreditedMillis();
    turn.append(appender, new Mark.Seen(visit, from, from + millis, false));
    turn.append(appender, new Mark.Watched(visit, from, millis));
    if (!(turn.action().body() instanceof Event)) {
      // A request is made in the room, however much of the time before it was credited already.
      seen(turn, visit(turn, roomId, broadcast(turn, roomId, "")), false);
    }
  }

  private void checkedIn(Turn turn, CheckedIn checkedIn) {
    String roomId = checkedIn.getRoomId();
    if (!roomId.isEmpty()) {
      Action action = turn.action();
      String given = action.roomId().equals(roomId) ? action.broadcastId() : "";
      count(turn, visit(turn, roomId, broadcast(turn, roomId, given)), Figure.CHECK_INS, 1);
    }
  }

  /** An invite that was accepted in a room counts there, as a request that names no room does. */
  private void referred(Turn turn, Referred referred) {
    String roomId = referred.roomId();
    if (roomId.isEmpty()) {
      return;
    }
    Action action = turn.action();
    String given = action.roomId().equals(roomId) ? action.broadcastId() : "";
    Figure figure =
        switch (referred.step()) {
          case ENTERED -> Figure.REFERRED;
          case FOLLOWED -> Figure.REFERRED_FOLLOWERS;
        };
    count(turn, visit(turn, roomId, broadcast(turn, roomId, given)), figure, 1);
  }

  private void booked(Turn turn, PointsBooked booked) {
    if (booked.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_EARNED
        || booked.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_EARNED_PENDING) {
      earned(turn, Figure.POINTS, booked.getAmount());
    }
  }

  /** Counts what the action earned, where it happened; outside of rooms nothing is counted. */
  private void earned(Turn turn, Figure figure, long amount) {
    String roomId = roomOf(turn);
    if (roomId != null) {
      String broadcastId = broadcast(turn, roomId, turn.action().broadcastId());
      count(turn, visit(turn, roomId, broadcastId), figure, amount);
    }
  }

  /**
   * A viewer's request that names no room, such as a claim, comes from where the viewer is; what
   * rooms and merchants do is no visit.
   */
  private static @Nullable String roomOf(Turn turn) {
    Action action = turn.action();
    if (!turn.viewer().isViewer()) {
      return null;
    }
    if (!action.roomId().isEmpty()) {
      return action.roomId();
    }
    boolean isRequest =
        action.identity() instanceof Action.Remembered && !(action.body() instanceof Event);
    Presence presence = turn.profile().getPresence();
    long silence = millis(turn) - Timestamps.toMillis(presence.getLastSeenAt());
    return isRequest
            && silence
                <= Durations.toMillis(turn.program().program().getPresence().getLongestSilence())
        ? presence.getRoomId()
        : null;
  }

  private String broadcast(Turn turn, String roomId, String given) {
    String id = broadcasts.idOf(turn, roomId, given);
    return Broadcasts.isDay(id) ? leftOr(turn, roomId, id) : id;
  }

  /** The broadcast for which the viewer was in the room until this action, or the day. */
  private static String leftOr(Turn turn, String roomId, String day) {
    for (Fact fact : turn.facts()) {
      if (fact.hasRoomLeft() && fact.getRoomLeft().getRoomId().equals(roomId)) {
        String left = fact.getRoomLeft().getBroadcastId();
        return Broadcasts.isDay(left) ? day : left;
      }
    }
    return day;
  }

  private VisitKey visit(Turn turn, Event event) {
    String roomId = event.getRoomId();
    return visit(turn, roomId, broadcast(turn, roomId, event.getBroadcastId()));
  }

  private static VisitKey visit(Turn turn, String roomId, String broadcastId) {
    Place place = new Place(turn.viewer().merchantId(), roomId, broadcastId);
    return new VisitKey(place, turn.viewer().viewerId());
  }

  private void seen(Turn turn, VisitKey visit, boolean firstVisit) {
    turn.append(appender, new Mark.Seen(visit, millis(turn), millis(turn), firstVisit));
  }

  private void count(Turn turn, VisitKey visit, Figure figure, long amount) {
    turn.append(appender, new Mark.Counted(visit, millis(turn), figure, amount));
  }

  private static long likes(Event event) {
    return event.getLiked().hasCount() ? event.getLiked().getCount() : 1;
  }

  private static long millis(Turn turn) {
    return turn.at().toEpochMilli();
  }
}
