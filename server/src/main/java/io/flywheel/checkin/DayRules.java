package io.flywheel.checkin;

import com.google.common.primitives.Ints;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.Reward;
import java.time.Instant;
import java.util.List;

/**
 * Check-ins by day, with make-up cards and freezes. Pure functions.
 *
 * <p>Freezes held are used up by themselves, in mode reset, by the check-in that would leave a gap:
 * one for each missed day if they cover the whole gap, else none. A check-in that the service hears
 * of late, or that a make-up card pays for, counts as if it had been made on its day: what is left
 * of the gaps on both sides is covered in the same way, the earlier one first; if a freeze had
 * covered its own day, the freeze is given back.
 */
final class DayRules {
  private DayRules() {}

  /**
   * What a check-in came to.
   *
   * @param after the viewer's state with it
   * @param step the streak and what it pays
   */
  record Outcome(CheckInState after, StreakRules.Step step) {}

  /**
   * Checks in.
   *
   * @param day must not be taken
   * @param at a time on that day, by which a change of zone is reckoned
   * @param madeUp whether a make-up card pays for it; one must be held
   */
  static Outcome checkIn(
      CheckInState before,
      int day,
      Instant at,
      boolean madeUp,
      ViewerDays days,
      CheckInRules rules) {
    Streaks streaks = before.getDays();
    boolean latest = StreakRules.isEmpty(streaks) || day > StreakRules.latest(streaks);
    int skipped =
        latest && !StreakRules.isEmpty(streaks)
            ? day - StreakRules.latest(streaks) - 1 - days.missed(before, at)
            : 0;
    int freezes = StreakRules.isStampCard(rules) ? 0 : before.getFreezes();
    StreakRules.Step step = StreakRules.checkIn(streaks, day, skipped, freezes, rules);
    CheckInState.Builder after = before.toBuilder().setDays(step.after());
    hold(after, before.getFreezes() - step.freezesUsed(), rules.getMaxFreezes());
    if (latest) {
      days.note(after);
      after.setLatestMs(at.toEpochMilli()).setMoved(false);
    }
    if (madeUp) {
      after.addMadeUp(day).setMakeUpCards(before.getMakeUpCards() - 1);
    }
    if (after.getMadeUpCount() > 0) {
      int horizon = StreakRules.latest(step.after()) - StreakRules.REMEMBERED;
      List<Integer> kept =
          after.getMadeUpList().stream().filter(d -> d >= horizon).sorted().toList();
      after.clearMadeUp().addAllMadeUp(kept);
    }
    return new Outcome(after.build(), step);
  }

  /**
   * Notes that a viewer came on a day that is taken. The zone may be another one by now, by which
   * the streak has longer to go on: otherwise, who flies west over the date line and back would
   * lose it.
   */
  static CheckInState seenAgain(CheckInState before, int day, ViewerDays days) {
    if (day != StreakRules.latest(before.getDays())) {
      return before;
    }
    CheckInState.Builder after = before.toBuilder().setMoved(true);
    days.note(after);
    return after.build();
  }

  /** Adds cards and freezes that were given, whatever they were given for. */
  static CheckInState receive(CheckInState before, Reward reward, int maxFreezes) {
    CheckInState.Builder after = before.toBuilder();
    switch (reward.getKindCase()) {
      case MAKE_UP_CARD ->
          after.setMakeUpCards(
              Ints.saturatedCast(
                  (long) before.getMakeUpCards() + reward.getMakeUpCard().getCount()));
      case FREEZE ->
          hold(
              after,
              Ints.saturatedCast((long) before.getFreezes() + reward.getFreeze().getCount()),
              maxFreezes);
      default -> {} // other features keep it
    }
    return after.build();
  }

  /**
   * Whether the streak goes on if the viewer checks in now: nothing was missed that freezes do not
   * cover.
   */
  static boolean goesOn(CheckInState state, Instant now, ViewerDays days, CheckInRules rules) {
    int freezes = StreakRules.isStampCard(rules) ? 0 : state.getFreezes();
    return !StreakRules.isEmpty(state.getDays()) && days.missed(state, now) <= freezes;
  }

  /** Whether a make-up card can be used on a day. */
  static boolean canMakeUp(CheckInState state, int day, int today, CheckInRules rules) {
    return day < today
        && day >= today - rules.getMakeUpDays()
        && !StreakRules.isTaken(state.getDays(), day);
  }

  /** Freezes that a viewer may not hold lapse; those held before the program lowered it stay. */
  private static void hold(CheckInState.Builder state, int freezes, int most) {
    state.setFreezes(Math.min(freezes, Math.max(state.getFreezes(), most)));
  }
}
