package io.flywheel.checkin;

import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.BroadcastMoved;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.broadcast.RoomKey;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.reward.Rewards;
import io.flywheel.v1.Cause;
import io.flywheel.v1.CheckInCause;
import io.flywheel.v1.CheckInMethod;
import io.flywheel.v1.CheckInResponse;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.CheckedIn;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.MakeUpCheckInResponse;
import io.flywheel.v1.NotCounted;
import io.flywheel.v1.NotCountedReason;
import io.flywheel.v1.Presence;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RoomEntered;
import io.flywheel.v1.StreakCalendar;
import io.flywheel.v1.StreakReward;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Checks viewers in and pays for it. Thread-safe. */
final class CheckInReactor implements Reactor {
  /** Asks to be checked in for now. */
  record CheckIn() {}

  /** Asks to be checked in for a day that was missed. */
  record MakeUp(LocalDate date) {}

  private final CheckInSlice checkIns;
  private final BroadcastCheckInSlice broadcastCheckIns;
  private final RoomBroadcastsSlice roomBroadcasts;
  private final CheckInProfile profile;
  private final CheckInViews views;
  private final Broadcasts broadcasts;

  @Inject
  CheckInReactor(
      CheckInSlice checkIns,
      BroadcastCheckInSlice broadcastCheckIns,
      RoomBroadcastsSlice roomBroadcasts,
      CheckInProfile profile,
      CheckInViews views,
      Broadcasts broadcasts) {
    this.checkIns = checkIns;
    this.broadcastCheckIns = broadcastCheckIns;
    this.roomBroadcasts = roomBroadcasts;
    this.profile = profile;
    this.views = views;
    this.broadcasts = broadcasts;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(CheckIn.class, this::checkIn);
    reactions.on(MakeUp.class, this::makeUp);
    reactions.on(BroadcastMoved.class, this::moved);
    reactions.onFact(RoomEntered.class, this::entered);
    reactions.onFact(
        CheckedIn.class, (turn, checkedIn) -> profile.add(turn, checkedIn.getStreak()));
    reactions.onFact(RewardGiven.class, (turn, given) -> receive(turn, given.getReward()));
  }

  @Override
  public void prefetch(Prefetch wanted) {
    Object body = wanted.action().body();
    if (body instanceof CheckIn || body instanceof MakeUp) {
      wanted.get(checkIns);
    }
  }

  /** The program's rules, by which a request can be carried out. */
  static CheckInRules rules(StateView view) {
    CheckInRules rules = CheckInSection.rules(view);
    if (rules == null) {
      throw notConfigured("the merchant's program has no check_in");
    }
    return rules;
  }

  static boolean byBroadcast(CheckInRules rules) {
    return rules.getCalendar() == StreakCalendar.STREAK_CALENDAR_BROADCASTS;
  }

  private void checkIn(Turn turn, CheckIn request) {
    CheckInRules rules = rules(turn);
    Presence presence = provenPresence(turn);
    if (presence == null && !rules.getOutsideRooms()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_NOT_IN_ROOM,
          "the viewer is not in a room (expected: EnterRoom, then a heartbeat within the last %d s)"
              .formatted(longestSilence(turn).toSeconds()));
    }
    Presence where = presence == null ? Presence.getDefaultInstance() : presence;
    if (!byBroadcast(rules)) {
      requireTimeSinceLast(turn, rules);
    }
    boolean done = checkInNow(turn, rules, where.getRoomId(), where.getBroadcastId());
    turn.respond(() ->
        CheckInResponse.newBuilder()
            .setAlreadyCheckedIn(!done)
            .setStanding(views.standing(turn, rules, where.getRoomId()))
            .addAllFacts(turn.facts())
            .build());
  }

  private void entered(Turn turn, RoomEntered entered) {
    CheckInRules rules = CheckInSection.rules(turn);
    if (rules != null && rules.getMethod() == CheckInMethod.CHECK_IN_METHOD_ON_ENTER) {
      checkInNow(turn, rules, entered.getRoomId(), entered.getBroadcastId());
    }
  }

  private void makeUp(Turn turn, MakeUp request) {
    CheckInRules rules = rules(turn);
    if (byBroadcast(rules)) {
      throw notConfigured("the merchant's program counts broadcasts, which can't be made up");
    }
    CheckInState state = turn.get(checkIns);
    ViewerDays days = ViewerDays.of(turn.program(), rules, turn.profile());
    int day = (int) request.date.toEpochDay();
    if (!DayRules.canMakeUp(state, day, days.dayOf(turn.at()), rules)) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_DAY_NOT_MISSED,
          "date: %s (expected: a day of the last %d without a check-in)"
              .formatted(request.date, rules.getMakeUpDays()));
    }
    if (state.getMakeUpCards() == 0) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_NO_MAKE_UP_CARD, "the viewer holds no make-up card");
    }
    settle(
        turn, DayRules.checkIn(state, day, days.middleOf(day), true, days, rules), day, true, "");
    turn.respond(() ->
        MakeUpCheckInResponse.newBuilder()
            .setStanding(views.standing(turn, rules, ""))
            .addAllFacts(turn.facts())
            .build());
  }

  /** Adds what any feature gave, this one too. */
  private void receive(Turn turn, Reward reward) {
    if (reward.hasMakeUpCard() || reward.hasFreeze()) {
      CheckInRules rules = CheckInSection.rules(turn);
      // Without check-in there is no limit, so that what is granted is there if check-in comes.
      int maxFreezes = rules == null ? Integer.MAX_VALUE : rules.getMaxFreezes();
      turn.set(checkIns, DayRules.receive(turn.get(checkIns), reward, maxFreezes));
    }
  }

  /** Checks in for the day or the broadcast; false: it was checked in before. */
  private boolean checkInNow(Turn turn, CheckInRules rules, String roomId, String broadcastId) {
    return byBroadcast(rules)
        ? checkInBroadcast(turn, rules, roomId, broadcasts.idOf(turn, roomId, broadcastId))
        : checkInDay(turn, rules, roomId);
  }

  /** Fails if the zone has changed since the latest check-in and it is not long ago. */
  private void requireTimeSinceLast(Turn turn, CheckInRules rules) {
    CheckInState state = turn.get(checkIns);
    ViewerDays days = ViewerDays.of(turn.program(), rules, turn.profile());
    Instant next = days.meetsAgain(state, turn.at()) ? null : days.tooSoon(state, turn.at());
    if (next != null) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_CHECK_IN_TOO_SOON,
          "the time zone has changed since the last check-in (expected: at %s or later)"
              .formatted(next));
    }
  }

  private boolean checkInDay(Turn turn, CheckInRules rules, String roomId) {
    CheckInState state = turn.get(checkIns);
    ViewerDays days = ViewerDays.of(turn.program(), rules, turn.profile());
    int today = days.dayOf(turn.at());
    if (days.meetsAgain(state, turn.at()) || StreakRules.isTaken(state.getDays(), today)) {
      if (!days.areThoseOf(state)) {
        turn.set(checkIns, DayRules.seenAgain(state, today, days));
      }
      return false;
    }
    if (days.tooSoon(state, turn.at()) != null) {
      return false;
    }
    settle(
        turn, DayRules.checkIn(state, today, turn.at(), false, days, rules), today, false, roomId);
    return true;
  }

  private void settle(Turn turn, DayRules.Outcome outcome, int day, boolean madeUp, String roomId) {
    turn.set(checkIns, outcome.after());
    String period = LocalDate.ofEpochDay(day).toString();
    emitAndPay(
        turn,
        outcome.step(),
        CheckedIn.newBuilder().setPeriod(period).setMadeUp(madeUp).setRoomId(roomId),
        CheckInCause.newBuilder().setPeriod(period).build());
  }

  private boolean checkInBroadcast(
      Turn turn, CheckInRules rules, String roomId, String broadcastId) {
    ViewerRoomKey key = new ViewerRoomKey(turn.viewer(), roomId);
    BroadcastCheckInState state = turn.get(broadcastCheckIns, key);
    if (BroadcastStreaks.attended(state, broadcastId)) {
      return false; // the common case, which needs no look at what the room shares
    }
    String period = CheckInViews.BROADCAST + broadcastId;
    if (isClosed(turn, roomId, broadcastId)) {
      turn.emit(
          NotCounted.newBuilder()
              .setReason(NotCountedReason.NOT_COUNTED_REASON_BROADCAST_CLOSED)
              .setPeriod(period)
              .build());
      return false;
    }
    BroadcastOrder order = orderWith(turn, roomId, broadcastId);
    if (!order.knows(broadcastId)
        || StreakRules.isTaken(BroadcastStreaks.runs(state, order), order.placeOf(broadcastId))) {
      return false;
    }
    BroadcastStreaks.Outcome outcome = BroadcastStreaks.checkIn(state, broadcastId, order, rules);
    turn.set(broadcastCheckIns, key, outcome.after());
    emitAndPay(
        turn,
        outcome.step(),
        CheckedIn.newBuilder().setPeriod(period).setRoomId(roomId),
        CheckInCause.newBuilder().setPeriod(period).setRoomId(roomId).build());
    return true;
  }

  private boolean isClosed(Turn turn, String roomId, String broadcastId) {
    long closes = broadcasts.broadcast(turn, roomId, broadcastId).closesMillis();
    return closes <= turn.at().toEpochMilli();
  }

  /** The room's order with a broadcast, unless that began before all that are remembered. */
  private BroadcastOrder orderWith(Turn turn, String roomId, String broadcastId) {
    RoomKey room = new RoomKey(turn.viewer().merchantId(), roomId);
    BroadcastOrder known = turn.peek(roomBroadcasts, room);
    if (known.knows(broadcastId)) {
      return known;
    }
    long start = broadcasts.held(turn, roomId, broadcastId).startMillis();
    long startMillis = Math.min(start, turn.at().toEpochMilli());
    BroadcastOrder order = turn.get(roomBroadcasts, room).with(broadcastId, startMillis);
    turn.set(roomBroadcasts, room, order);
    return order;
  }

  private void moved(Turn turn, BroadcastMoved moved) {
    RoomKey room = new RoomKey(turn.viewer().merchantId(), moved.roomId());
    if (turn.peek(roomBroadcasts, room).knows(moved.broadcastId())) {
      BroadcastOrder order = turn.get(roomBroadcasts, room);
      turn.set(roomBroadcasts, room, order.with(moved.broadcastId(), moved.startMillis()));
    }
  }

  private static void emitAndPay(
      Turn turn, StreakRules.Step step, CheckedIn.Builder checkedIn, CheckInCause cause) {
    turn.happenedIn(checkedIn.getRoomId());
    turn.emit(
        checkedIn
            .setStreak(step.streak())
            .setCumulative(step.after().getCumulative())
            .setFreezesUsed(Math.max(0, step.freezesUsed()))
            .build());
    for (StreakReward reward : step.consecutive()) {
      give(turn, reward, cause.toBuilder().setStreak(reward.getCount()));
    }
    for (StreakReward reward : step.cumulative()) {
      give(turn, reward, cause.toBuilder().setCumulative(reward.getCount()));
    }
  }

  private static void give(Turn turn, StreakReward rewards, CheckInCause.Builder cause) {
    for (Reward reward : rewards.getRewardsList()) {
      Rewards.give(turn, reward, Cause.newBuilder().setCheckIn(cause).build());
    }
  }

  /** Where the viewer has been heard of lately enough; null: nowhere. */
  private static @Nullable Presence provenPresence(Turn turn) {
    Presence presence = turn.profile().getPresence();
    Instant lastSeen = Instant.ofEpochMilli(Timestamps.toMillis(presence.getLastSeenAt()));
    Duration silence = Duration.between(lastSeen, turn.at());
    return turn.profile().hasPresence() && silence.compareTo(longestSilence(turn)) <= 0
        ? presence
        : null;
  }

  private static Duration longestSilence(Turn turn) {
    return Duration.ofMillis(
        Durations.toMillis(turn.program().program().getPresence().getLongestSilence()));
  }

  private static ServiceException notConfigured(String message) {
    return ServiceException.of(ErrorReason.ERROR_REASON_CHECK_IN_NOT_CONFIGURED, message);
  }
}
