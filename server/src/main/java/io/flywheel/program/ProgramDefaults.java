package io.flywheel.program;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.flywheel.v1.CheckInMethod;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.Goal;
import io.flywheel.v1.Payout;
import io.flywheel.v1.PresenceRules;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import io.flywheel.v1.StreakCalendar;
import io.flywheel.v1.StreakMode;
import io.flywheel.v1.StreakReward;
import io.flywheel.v1.Task;
import io.flywheel.v1.Tier;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.WindowKind;

/** Writes out what a program leaves to its defaults. Filling a filled program changes nothing. */
final class ProgramDefaults {
  static final String TIME_ZONE = "Asia/Shanghai";

  private static final Duration HEARTBEAT_INTERVAL = Durations.fromSeconds(30);
  private static final int INTERVALS_OF_SILENCE = 3;
  private static final int MAKE_UP_DAYS = 7;
  private static final int MAX_FREEZES = 2;

  private ProgramDefaults() {}

  static Program fill(Program program) {
    Program.Builder filled = program.toBuilder();
    if (filled.getTimeZone().isEmpty()) {
      filled.setTimeZone(TIME_ZONE);
    }
    if (!filled.hasDayStartsAt()) {
      filled.setDayStartsAt(Durations.ZERO);
    }
    fill(filled.getPresenceBuilder());
    if (filled.hasCheckIn()) {
      fill(filled.getCheckInBuilder());
    }
    filled.getTasksBuilderList().forEach(ProgramDefaults::fill);
    return filled.build();
  }

  private static void fill(PresenceRules.Builder presence) {
    if (!presence.hasHeartbeatInterval()) {
      presence.setHeartbeatInterval(HEARTBEAT_INTERVAL);
    }
    if (!presence.hasLongestSilence()) {
      presence.setLongestSilence(
          Durations.fromSeconds(
              INTERVALS_OF_SILENCE * presence.getHeartbeatInterval().getSeconds()));
    }
  }

  private static void fill(CheckInRules.Builder checkIn) {
    if (checkIn.getCalendar() == StreakCalendar.STREAK_CALENDAR_UNSPECIFIED) {
      checkIn.setCalendar(StreakCalendar.STREAK_CALENDAR_DAYS);
    }
    if (checkIn.getMode() == StreakMode.STREAK_MODE_UNSPECIFIED) {
      checkIn.setMode(StreakMode.STREAK_MODE_RESET);
    }
    if (checkIn.getMethod() == CheckInMethod.CHECK_IN_METHOD_UNSPECIFIED) {
      checkIn.setMethod(CheckInMethod.CHECK_IN_METHOD_BY_CALL);
    }
    // Broadcasts cannot be made up.
    if (!checkIn.hasMakeUpDays() && checkIn.getCalendar() == StreakCalendar.STREAK_CALENDAR_DAYS) {
      checkIn.setMakeUpDays(MAKE_UP_DAYS);
    }
    if (!checkIn.hasMaxFreezes()) {
      checkIn.setMaxFreezes(MAX_FREEZES);
    }
    for (StreakReward.Builder reward : checkIn.getConsecutiveBuilderList()) {
      reward.getRewardsBuilderList().forEach(ProgramDefaults::fill);
    }
    for (StreakReward.Builder reward : checkIn.getCumulativeBuilderList()) {
      reward.getRewardsBuilderList().forEach(ProgramDefaults::fill);
    }
  }

  private static void fill(Task.Builder task) {
    if (task.getCount() == CountBy.COUNT_BY_UNSPECIFIED) {
      task.setCount(
          task.getTrigger() == Trigger.TRIGGER_WATCH
              ? CountBy.COUNT_BY_SECONDS
              : CountBy.COUNT_BY_TIMES);
    }
    if (task.getWindow().getKind() == WindowKind.WINDOW_KIND_UNSPECIFIED) {
      task.getWindowBuilder().setKind(WindowKind.WINDOW_KIND_ONCE);
    }
    if (task.getGoal() == Goal.GOAL_UNSPECIFIED) {
      task.setGoal(Goal.GOAL_VIEWER);
    }
    if (task.getPayout() == Payout.PAYOUT_UNSPECIFIED) {
      task.setPayout(Payout.PAYOUT_AT_ONCE);
    }
    if (task.hasCap() && task.getCap().getPer() == WindowKind.WINDOW_KIND_UNSPECIFIED) {
      task.getCapBuilder().setPer(WindowKind.WINDOW_KIND_ONCE);
    }
    if (task.hasBudget() && task.getBudget().getPer() == WindowKind.WINDOW_KIND_UNSPECIFIED) {
      task.getBudgetBuilder().setPer(WindowKind.WINDOW_KIND_ONCE);
    }
    for (Tier.Builder tier : task.getTiersBuilderList()) {
      tier.getRewardsBuilderList().forEach(ProgramDefaults::fill);
    }
  }

  private static void fill(Reward.Builder reward) {
    if (reward.hasTicket() && !reward.getTicket().hasCount()) {
      reward.getTicketBuilder().setCount(1);
    }
  }
}
