package io.flywheel.checkin;

import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.StreakMode;
import io.flywheel.v1.StreakReward;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * How check-ins form runs, and what they pay. Periods are bare numbers here: days, or the places of
 * broadcasts in their room's order. Pure functions.
 *
 * <p>A check-in counts for its own period, whenever the service hears of it: the same check-ins
 * come to the same runs, count and longest run in any order, except where freezes are too few for
 * every gap.
 *
 * <p>Mode reset: a run pays each of the program's counts once, when it reaches it, and nothing more
 * beyond the last. Runs that join go on from the highest count paid for either. What was paid for
 * them before they joined is never taken back, so check-ins that come out of order can pay a low
 * count more than once for what is one run in the end: at least once, and at most once for as many
 * check-ins as the count says. Mode stamp_card, and counts in all, pay the same in any order.
 *
 * <p>A program that changes its counts pays from the next check-in on, also for what the viewer had
 * reached before. A change of mode begins an empty card; what runs reach while there is a card is
 * not paid afterwards.
 */
final class StreakRules {
  /** How long runs are remembered that have ended, in periods before the latest check-in. */
  static final int REMEMBERED = 400;

  private StreakRules() {}

  /**
   * What a check-in came to.
   *
   * @param after the check-ins with it
   * @param streak check-ins in a row, in the run that it belongs to; stamps on the card
   * @param freezesUsed how many freezes it cost; below 0: it gave one back
   * @param consecutive what it pays for check-ins in a row
   * @param cumulative what it pays for check-ins in all
   */
  record Step(
      Streaks after,
      int streak,
      int freezesUsed,
      List<StreakReward> consecutive,
      List<StreakReward> cumulative) {}

  /** Whether there is a check-in at all. */
  static boolean isEmpty(Streaks streaks) {
    return streaks.getRunsCount() == 0;
  }

  /** The latest period checked in. */
  static int latest(Streaks streaks) {
    return streaks.getRuns(streaks.getRunsCount() - 1).getEnd();
  }

  /** Whether a period is checked in, or so old that it is not known any more. */
  static boolean isTaken(Streaks streaks, int period) {
    if (isEmpty(streaks)) {
      return false;
    }
    return isWithinRun(streaks, period)
        ? !streaks.getFrozenList().contains(period) && !streaks.getSkippedList().contains(period)
        : period < latest(streaks) - REMEMBERED;
  }

  /** Whether a period belongs to a run: checked in, or covered. */
  static boolean isWithinRun(Streaks streaks, int period) {
    int index = runUpTo(streaks, period);
    return index >= 0 && period <= streaks.getRuns(index).getEnd();
  }

  /** Whether consecutive counts are stamps on a card. */
  static boolean isStampCard(CheckInRules rules) {
    return rules.getMode() == StreakMode.STREAK_MODE_STAMP_CARD;
  }

  /** How many stamps a card has. */
  static int cardSize(CheckInRules rules) {
    return rules.getConsecutive(rules.getConsecutiveCount() - 1).getCount();
  }

  /**
   * Check-ins in a row, or stamps on the card.
   *
   * @param goesOn whether the next check-in can continue the latest run; then there must be one
   */
  static int streak(Streaks streaks, boolean goesOn, CheckInRules rules) {
    if (isStampCard(rules)) {
      return streaks.getStamps();
    }
    return goesOn ? streaks.getRuns(streaks.getRunsCount() - 1).getLength() : 0;
  }

  /** The highest count that was paid for that. */
  static int streakPaid(Streaks streaks, boolean goesOn, CheckInRules rules) {
    if (isStampCard(rules)) {
      return streaks.getStampsPaid();
    }
    return goesOn ? streaks.getRuns(streaks.getRunsCount() - 1).getPaid() : 0;
  }

  /**
   * Checks in.
   *
   * @param period must not be taken
   * @param skipped how many of the periods since the latest check-in do not count as missed
   * @param freezes how many gaps of one period may be covered; a gap that they do not cover whole
   *     stays open and costs none
   */
  static Step checkIn(Streaks before, int period, int skipped, int freezes, CheckInRules rules) {
    Streaks.Builder after = before.toBuilder();
    int freezesUsed =
        isWithinRun(before, period) ? fill(after, period) : extend(after, period, skipped, freezes);
    int index = runUpTo(after, period);
    Run.Builder run = after.getRunsBuilder(index);
    after
        .setFirst(isEmpty(before) ? period : Math.min(before.getFirst(), period))
        .setCumulative(before.getCumulative() + 1)
        .setLongest(Math.max(before.getLongest(), run.getLength()));
    List<StreakReward> consecutive =
        isStampCard(rules) ? stamp(after, run, rules) : payRun(run, rules);
    List<StreakReward> cumulative =
        due(
            rules.getCumulativeList(),
            before.getCumulativePaid(),
            after.getCumulative(),
            after::setCumulativePaid);
    int streak = isStampCard(rules) ? after.getStamps() : run.getLength();
    forget(after);
    return new Step(after.build(), streak, freezesUsed, consecutive, cumulative);
  }

  /** Checks in on a day that was covered; a freeze that it had cost is given back. */
  private static int fill(Streaks.Builder after, int period) {
    Run.Builder run = after.getRunsBuilder(runUpTo(after, period));
    run.setLength(run.getLength() + 1);
    boolean frozen = after.getFrozenList().contains(period);
    retain(after, other -> other != period);
    return frozen ? -1 : 0;
  }

  /** Adds a run, joined with those before and behind it where no gap is left. */
  private static int extend(Streaks.Builder after, int period, int skipped, int freezes) {
    int index = runUpTo(after, period) + 1;
    Run.Builder run = Run.newBuilder().setStart(period).setEnd(period).setLength(1);
    int used = 0;
    if (index > 0) {
      Run earlier = after.getRuns(index - 1);
      int missed = period - earlier.getEnd() - 1 - skipped;
      if (missed <= freezes) {
        cover(after, earlier.getEnd() + 1, missed, skipped);
        used = missed;
        join(run.setStart(earlier.getStart()), earlier);
        after.removeRuns(--index);
      }
    }
    if (index < after.getRunsCount()) {
      Run later = after.getRuns(index);
      int missed = later.getStart() - period - 1;
      if (missed <= freezes - used) {
        cover(after, period + 1, missed, 0);
        used += missed;
        join(run.setEnd(later.getEnd()), later);
        after.removeRuns(index);
      }
    }
    after.addRuns(index, run);
    return used;
  }

  private static void join(Run.Builder run, Run neighbour) {
    run.setLength(run.getLength() + neighbour.getLength())
        .setPaid(Math.max(run.getPaid(), neighbour.getPaid()));
  }

  private static void cover(Streaks.Builder after, int start, int missed, int skipped) {
    List<Integer> frozen = new ArrayList<>(after.getFrozenList());
    List<Integer> passedOver = new ArrayList<>(after.getSkippedList());
    for (int i = 0; i < missed + skipped; i++) {
      (i < missed ? frozen : passedOver).add(start + i);
    }
    if (missed + skipped > 0) {
      frozen.sort(null);
      after.clearFrozen().addAllFrozen(frozen).clearSkipped().addAllSkipped(passedOver);
    }
  }

  private static List<StreakReward> payRun(Run.Builder run, CheckInRules rules) {
    return due(rules.getConsecutiveList(), run.getPaid(), run.getLength(), run::setPaid);
  }

  private static List<StreakReward> stamp(
      Streaks.Builder after, Run.Builder run, CheckInRules rules) {
    run.setPaid(Math.max(run.getPaid(), run.getLength()));
    int size = cardSize(rules);
    if (after.getStampsPaid() >= size) {
      after.setStamps(0).setStampsPaid(0);
    }
    // A card that the program has made smaller may hold more stamps than it has room for.
    after.setStamps(Math.min(after.getStamps() + 1, size));
    return due(
        rules.getConsecutiveList(), after.getStampsPaid(), after.getStamps(), after::setStampsPaid);
  }

  /** What is paid for counts above one and up to another; notes the highest. */
  private static List<StreakReward> due(
      List<StreakReward> rewards, int paid, int reached, IntConsumer highestPaid) {
    List<StreakReward> due = new ArrayList<>(0);
    for (StreakReward reward : rewards) {
      if (reward.getCount() > paid && reward.getCount() <= reached) {
        due.add(reward);
        highestPaid.accept(reward.getCount());
      }
    }
    return due;
  }

  private static void forget(Streaks.Builder after) {
    int horizon = after.getRuns(after.getRunsCount() - 1).getEnd() - REMEMBERED;
    while (after.getRuns(0).getEnd() < horizon) {
      after.removeRuns(0);
    }
    retain(after, period -> period >= horizon);
  }

  private static void retain(Streaks.Builder after, IntPredicate condition) {
    if (after.getFrozenCount() > 0) {
      List<Integer> frozen = after.getFrozenList().stream().filter(condition::test).toList();
      after.clearFrozen().addAllFrozen(frozen);
    }
    if (after.getSkippedCount() > 0) {
      List<Integer> skipped = after.getSkippedList().stream().filter(condition::test).toList();
      after.clearSkipped().addAllSkipped(skipped);
    }
  }

  /** The last run that begins at a period or before it; -1: there is none. */
  private static int runUpTo(StreaksOrBuilder streaks, int period) {
    int index = streaks.getRunsCount() - 1;
    while (index >= 0 && streaks.getRuns(index).getStart() > period) {
      index--;
    }
    return index;
  }
}
