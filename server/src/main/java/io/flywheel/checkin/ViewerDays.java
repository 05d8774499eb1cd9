package io.flywheel.checkin;

import io.flywheel.program.CompiledProgram;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.ViewerProfile;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * The days of a viewer, numbered from 1970-01-01: in the viewer's own time zone where the program
 * says so and it is known, else in the program's. Immutable.
 *
 * <p>What a change of zone (the viewer travels, or the program gets another zone or cut-off) does:
 *
 * <ul>
 *   <li>A check-in belongs to the date that the zone in force gives it. Each date counts once,
 *       whichever zone it was checked in under: who flies west over the date line and meets a date
 *       again has checked in for it already.
 *   <li>A streak goes on if by the zone in force, or by the zone of the latest check-in, no day
 *       lies between; likewise fewer freezes are needed if by either of them fewer days were
 *       missed. Who flies east over the date line and never sees a date keeps the streak; the date
 *       is passed over and adds nothing to its length.
 * </ul>
 *
 * <p>A zone is the viewer's home, which changes at most once in seven days. After a change the next
 * check-in comes at least 12 hours after the last one; the dates until then count as kept. A
 * check-in that is made later than the latest one is never for the latest date or one before it: so
 * no change of zone makes two check-ins of one, fills a date that was missed, or brings back what
 * covered it.
 *
 * @param calendar the program's cut-off in the zone in force
 */
record ViewerDays(ProgramCalendar calendar) {
  /** How far apart check-ins are between which the zone changes. */
  private static final Duration APART = Duration.ofHours(12);

  static ViewerDays of(CompiledProgram program, CheckInRules rules, ViewerProfile profile) {
    ZoneId own = rules.getViewerTimeZone() ? zone(profile.getTimeZone()) : null;
    return new ViewerDays(
        own == null
            ? program.calendar()
            : new ProgramCalendar(own, program.calendar().dayStartsAt()));
  }

  int dayOf(Instant at) {
    return (int) calendar.dayOf(at).toEpochDay();
  }

  /** A moment in the middle of a day, which belongs to it whatever clocks do. */
  Instant middleOf(int day) {
    return calendar.startOf(LocalDate.ofEpochDay(day)).plus(Duration.ofHours(11));
  }

  /**
   * How many days a viewer who has checked in before has missed since: those between the latest
   * check-in and a time, by the zone in which they are fewer; never below 0.
   */
  int missed(CheckInState state, Instant at) {
    int latest = StreakRules.latest(state.getDays());
    int missed = Math.max(0, dayOf(at) - Math.max(latest + 1, firstNotKept(state)));
    ZoneId then = zone(state.getTimeZone());
    if (missed == 0 || then == null) {
      return missed;
    }
    ViewerDays before =
        new ViewerDays(
            new ProgramCalendar(then, Duration.ofSeconds(state.getDayStartsAtSeconds())));
    return Math.max(0, Math.min(missed, before.dayOf(at) - latest - 1));
  }

  /**
   * Whether a check-in would come too soon after the latest one, because the zone has changed
   * since.
   *
   * @return when it can be made; null: now
   */
  @Nullable Instant tooSoon(CheckInState state, Instant at) {
    Instant next = Instant.ofEpochMilli(state.getLatestMs()).plus(APART);
    boolean after = at.toEpochMilli() >= state.getLatestMs();
    return state.getLatestMs() != 0 && after && at.isBefore(next) && hasMoved(state) ? next : null;
  }

  /** Whether the latest day is reckoned by this zone and cut-off. */
  boolean areThoseOf(CheckInState state) {
    return state.getTimeZone().equals(calendar.zone().getId())
        && state.getDayStartsAtSeconds() == calendar.dayStartsAt().toSeconds();
  }

  /**
   * The first day after the latest one that can be missed: the first for all of which a check-in
   * could be made.
   */
  private int firstNotKept(CheckInState state) {
    return state.getLatestMs() == 0 || !hasMoved(state)
        ? Integer.MIN_VALUE
        : dayOf(Instant.ofEpochMilli(state.getLatestMs()).plus(APART).minusMillis(1)) + 1;
  }

  /** Whether the zone or cut-off has changed since the latest check-in. */
  private boolean hasMoved(CheckInState state) {
    return state.getMoved() || !areThoseOf(state);
  }

  /**
   * Whether a time belongs to the latest day, or one before it, although it is later than the
   * latest check-in: the viewer has moved, and meets the day again.
   */
  boolean meetsAgain(CheckInState state, Instant at) {
    return state.getLatestMs() != 0
        && at.toEpochMilli() >= state.getLatestMs()
        && dayOf(at) <= StreakRules.latest(state.getDays());
  }

  /** Notes by which zone and cut-off the latest day is reckoned. */
  void note(CheckInState.Builder state) {
    state
        .setTimeZone(calendar.zone().getId())
        .setDayStartsAtSeconds((int) calendar.dayStartsAt().toSeconds());
  }

  private static @Nullable ZoneId zone(String name) {
    try {
      return name.isEmpty() ? null : ZoneId.of(name);
    } catch (DateTimeException e) {
      return null; // a name that this machine does not know is treated as none
    }
  }
}
