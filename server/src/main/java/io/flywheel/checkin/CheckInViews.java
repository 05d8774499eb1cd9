package io.flywheel.checkin;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.RoomKey;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerSection;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.CheckInStanding;
import io.flywheel.v1.ComingReward;
import io.flywheel.v1.GetCheckInCalendarResponse;
import io.flywheel.v1.Presence;
import io.flywheel.v1.StreakReward;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerProfile;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What viewers are shown of their check-ins. Thread-safe. */
final class CheckInViews implements ViewerSection {
  /** What stands before a broadcast's id in the name of its period. */
  static final String BROADCAST = "broadcast:";

  private static final int MAX_MONTHS = 12;
  private static final Set<String> PRESENCE = Set.of("presence");

  private final CheckInSlice checkIns;
  private final BroadcastCheckInSlice broadcastCheckIns;
  private final RoomBroadcastsSlice roomBroadcasts;

  @Inject
  CheckInViews(
      CheckInSlice checkIns,
      BroadcastCheckInSlice broadcastCheckIns,
      RoomBroadcastsSlice roomBroadcasts) {
    this.checkIns = checkIns;
    this.broadcastCheckIns = broadcastCheckIns;
    this.roomBroadcasts = roomBroadcasts;
  }

  @Override
  public void contribute(StateView view, Viewer.Builder viewer) {
    CheckInRules rules = CheckInSection.rules(view);
    if (rules != null) {
      viewer.setCheckIn(standing(view, rules, view.profile().getPresence().getRoomId()));
    }
  }

  /**
   * A viewer's standing.
   *
   * @param roomId the room whose broadcasts are meant, if the program counts broadcasts; empty:
   *     none, so that only cards and freezes are told
   */
  CheckInStanding standing(StateView view, CheckInRules rules, String roomId) {
    CheckInState state = view.get(checkIns);
    CheckInStanding.Builder standing =
        CheckInReactor.byBroadcast(rules)
            ? ofBroadcasts(view, rules, roomId)
            : ofDays(view, state, rules);
    return standing.setMakeUpCards(state.getMakeUpCards()).setFreezes(state.getFreezes()).build();
  }

  /**
   * A month of check-ins.
   *
   * @param month empty: the present one
   * @param roomId empty: the room that the viewer is in
   */
  GetCheckInCalendarResponse calendar(StateView view, String month, String roomId) {
    CheckInRules rules = CheckInReactor.rules(view);
    ViewerDays days = ViewerDays.of(view.program(), rules, view.profile());
    LocalDate today = LocalDate.ofEpochDay(days.dayOf(view.at()));
    YearMonth shown = month.isEmpty() ? YearMonth.from(today) : parse(month, today);
    GetCheckInCalendarResponse.Builder calendar =
        GetCheckInCalendarResponse.newBuilder()
            .setMonth(shown.toString())
            .setToday(today.toString())
            .setRules(rules);
    if (CheckInReactor.byBroadcast(rules)) {
      return calendar.setStanding(standing(view, rules, room(view, roomId))).build();
    }
    return calendar
        .setStanding(standing(view, rules, ""))
        .setTodayEndsAt(Timestamps.fromMillis(days.calendar().endOf(today).toEpochMilli()))
        .addAllDays(new MonthView(view.get(checkIns), days, view.at(), rules).of(shown))
        .build();
  }

  private static CheckInStanding.Builder ofDays(
      StateView view, CheckInState state, CheckInRules rules) {
    Streaks streaks = state.getDays();
    ViewerDays days = ViewerDays.of(view.program(), rules, view.profile());
    CheckInStanding.Builder standing =
        ofStreaks(streaks, DayRules.goesOn(state, view.at(), days, rules), rules);
    if (!StreakRules.isEmpty(streaks)) {
      standing
          .setLatestPeriod(LocalDate.ofEpochDay(StreakRules.latest(streaks)).toString())
          .setCheckedInNow(
              days.meetsAgain(state, view.at())
                  || StreakRules.isTaken(streaks, days.dayOf(view.at())));
    }
    return standing;
  }

  /**
   * The latest broadcast of a room may still be on, so that it is missed only once there is
   * another.
   */
  private CheckInStanding.Builder ofBroadcasts(StateView view, CheckInRules rules, String roomId) {
    BroadcastCheckInState state =
        view.get(broadcastCheckIns, new ViewerRoomKey(view.viewer(), roomId));
    BroadcastOrder order =
        view.peek(roomBroadcasts, new RoomKey(view.viewer().merchantId(), roomId));
    Streaks streaks = BroadcastStreaks.runs(state, order);
    if (StreakRules.isEmpty(streaks)) {
      return ofStreaks(streaks, false, rules);
    }
    // Whoever has gone silent is in no room, though the row still says where they were.
    ViewerProfile profile = view.profileNow(PRESENCE);
    Presence presence = profile.getPresence();
    boolean inRoom = profile.hasPresence() && presence.getRoomId().equals(roomId);
    String present = presence.getBroadcastId();
    int now =
        !inRoom
            ? order.latest()
            : order.knows(present) ? order.placeOf(present) : order.latest() + 1;
    int latest = StreakRules.latest(streaks);
    return ofStreaks(streaks, now <= latest + 1, rules)
        .setLatestPeriod(BROADCAST + order.idAt(latest))
        .setCheckedInNow(inRoom && StreakRules.isTaken(streaks, now));
  }

  /**
   * The figures of streaks.
   *
   * @param goesOn whether the next check-in can continue the latest run
   */
  private static CheckInStanding.Builder ofStreaks(
      Streaks streaks, boolean goesOn, CheckInRules rules) {
    int streak = StreakRules.streak(streaks, goesOn, rules);
    int paid = StreakRules.streakPaid(streaks, goesOn, rules);
    boolean full = StreakRules.isStampCard(rules) && paid >= StreakRules.cardSize(rules);
    CheckInStanding.Builder standing =
        CheckInStanding.newBuilder()
            .setStreak(streak)
            .setCumulative(streaks.getCumulative())
            .setLongestStreak(streaks.getLongest());
    next(rules.getConsecutiveList(), full ? 0 : streak, full ? 0 : paid)
        .ifPresent(standing::setNextConsecutive);
    next(rules.getCumulativeList(), streaks.getCumulative(), streaks.getCumulativePaid())
        .ifPresent(standing::setNextCumulative);
    return standing;
  }

  /**
   * The first reward beyond what was paid. One that the program has added below what is reached
   * comes with the next check-in.
   */
  private static Optional<ComingReward> next(List<StreakReward> rewards, int reached, int paid) {
    return rewards.stream()
        .filter(reward -> reward.getCount() > paid)
        .findFirst()
        .map(reward ->
            ComingReward.newBuilder()
                .setCount(reward.getCount())
                .setMissing(Math.max(1, reward.getCount() - reached))
                .addAllRewards(reward.getRewardsList())
                .build());
  }

  private static String room(StateView view, String requested) {
    String room = requested.isEmpty() ? view.profile().getPresence().getRoomId() : requested;
    if (room.isEmpty()) {
      throw ServiceException.invalidField(
          "room_id", "\"\" (expected: a room, for the viewer is in none)");
    }
    return room;
  }

  /** Check-ins are remembered for a little over a year, and nobody looks further ahead. */
  private static YearMonth parse(String text, LocalDate today) {
    YearMonth month = YearMonth.parse(text);
    YearMonth first = YearMonth.from(today).minusMonths(MAX_MONTHS);
    YearMonth last = YearMonth.from(today).plusMonths(MAX_MONTHS);
    if (month.isBefore(first) || month.isAfter(last)) {
      throw ServiceException.invalidField(
          "month", "%s (expected: %s to %s)".formatted(text, first, last));
    }
    return month;
  }
}
