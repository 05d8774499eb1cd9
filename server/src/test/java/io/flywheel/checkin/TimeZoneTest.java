package io.flywheel.checkin;

import static io.flywheel.checkin.CheckInWorld.checkedIn;
import static io.flywheel.checkin.CheckInWorld.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Durations;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.CalendarDay;
import io.flywheel.v1.CalendarDayState;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Program;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class TimeZoneTest {
  private static final ZoneId HONOLULU = ZoneId.of("Pacific/Honolulu");
  private static final ZoneId AUCKLAND = ZoneId.of("Pacific/Auckland");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
  private static final ZoneId KIRITIMATI = ZoneId.of("Pacific/Kiritimati");
  private static final ZoneId NIUE = ZoneId.of("Pacific/Niue");
  private static final ZoneId SHANGHAI = CheckInWorld.SHANGHAI;

  @Test
  void flyingEastOverTheDateLineKeepsTheStreak() {
    CheckInWorld world = traveller(HONOLULU);
    world.checkIn(at("2026-06-01T09:00", HONOLULU));
    world.checkIn(at("2026-06-02T09:00", HONOLULU));
    world.travelTo(AUCKLAND);
    // June 3 in Honolulu, and already June 4 in Auckland: the viewer never saw a June 3.
    Instant landed = at("2026-06-04T08:00", AUCKLAND);
    assertThat(world.standing(landed, "").getStreak()).isEqualTo(2);

    List<Fact> facts = world.checkIn(landed);

    assertThat(checkedIn(facts).getPeriod()).isEqualTo("2026-06-04");
    assertThat(checkedIn(facts).getStreak()).isEqualTo(3);
    assertThat(checkedIn(facts).getFreezesUsed()).isZero();
    assertThat(stateOf(world, "2026-06-03")).isEqualTo(CalendarDayState.CALENDAR_DAY_STATE_FROZEN);
    assertThat(checkedIn(world.checkIn(at("2026-06-05T08:00", AUCKLAND))).getStreak()).isEqualTo(4);
    assertThat(world.standing(at("2026-06-07T00:00", AUCKLAND), "").getStreak()).isZero();
  }

  @Test
  void flyingWestOverTheDateLineMeetsADateAgainThatCountsOnce() {
    CheckInWorld world = traveller(AUCKLAND);
    world.checkIn(at("2026-06-01T20:00", AUCKLAND));
    world.checkIn(at("2026-06-02T08:00", AUCKLAND));
    world.travelTo(HONOLULU);
    assertThat(world.checkIn(at("2026-06-02T07:00", HONOLULU))).isEmpty();
    assertThat(world.answer().getStanding().getCheckedInNow()).isTrue();
    assertThat(checkedIn(world.checkIn(at("2026-06-03T23:00", HONOLULU))).getStreak()).isEqualTo(3);
  }

  @Test
  void flyingWestAndBackLosesNothing() {
    CheckInWorld world = traveller(AUCKLAND);
    world.checkIn(at("2026-06-02T12:00", AUCKLAND));
    world.travelTo(HONOLULU);
    assertThat(world.checkIn(at("2026-06-02T09:00", HONOLULU))).isEmpty();
    world.travelTo(AUCKLAND);
    // By Auckland's dates June 3 lies between; by Honolulu's, where the viewer came last, none.
    assertThat(checkedIn(world.checkIn(at("2026-06-04T04:00", AUCKLAND))).getStreak()).isEqualTo(2);
  }

  @Test
  void aDayMadeUpOnTheWayLosesNothing() {
    CheckInWorld world = traveller(HONOLULU);
    world.giveCards(1);
    world.checkIn(at("2026-06-02T09:00", HONOLULU));
    world.travelTo(AUCKLAND);
    world.makeUp(LocalDate.parse("2026-06-01"), LocalDate.parse("2026-06-03"));
    assertThat(checkedIn(world.checkIn(at("2026-06-04T08:00", AUCKLAND))).getStreak()).isEqualTo(3);
  }

  @Test
  void onlyAsManyFreezesAreUsedAsDaysWereMissedByEitherZone() {
    CheckInWorld world = traveller(HONOLULU);
    world.giveFreezes(1);
    world.checkIn(at("2026-06-02T09:00", HONOLULU));
    world.travelTo(AUCKLAND);
    List<Fact> facts = world.checkIn(at("2026-06-05T08:00", AUCKLAND));
    assertThat(checkedIn(facts).getFreezesUsed()).isEqualTo(1);
    assertThat(checkedIn(facts).getStreak()).isEqualTo(2);
  }

  @Test
  void aDayOfTwentyThreeOrTwentyFiveHoursIsADay() {
    for (String change : List.of("2026-03-08", "2026-11-01")) {
      CheckInWorld world = traveller(NEW_YORK);
      LocalDate day = LocalDate.parse(change);
      world.checkIn(day.minusDays(1).atTime(23, 59).atZone(NEW_YORK).toInstant());
      Instant start = day.atStartOfDay(NEW_YORK).toInstant();
      Instant end = day.plusDays(1).atStartOfDay(NEW_YORK).toInstant();
      assertThat(checkedIn(world.checkIn(start)).getStreak()).isEqualTo(2);
      assertThat(world.checkIn(end.minusMillis(1))).isEmpty();
      assertThat(checkedIn(world.checkIn(end)).getStreak()).isEqualTo(3);
    }
  }

  @Test
  void theCutOffDividesDaysAlsoWhereClocksAreChanged() {
    CheckInWorld world =
        new CheckInWorld(program(NEW_YORK, rules(1)).setDayStartsAt(Durations.fromHours(2)));
    // 2:00 does not exist on March 8: the day begins when clocks go from 2:00 to 3:00.
    assertThat(checkedIn(world.checkIn(at("2026-03-08T01:59", NEW_YORK))).getPeriod())
        .isEqualTo("2026-03-07");
    assertThat(checkedIn(world.checkIn(at("2026-03-08T03:00", NEW_YORK))).getPeriod())
        .isEqualTo("2026-03-08");
    assertThat(world.answer().getStanding().getStreak()).isEqualTo(2);
  }

  @Test
  void aProgramThatChangesItsZoneBreaksNoStreak() {
    for (ZoneId to : List.of(HONOLULU, NEW_YORK, AUCKLAND, KIRITIMATI)) {
      CheckInWorld world = new CheckInWorld(program(SHANGHAI, rules(1)));
      world.checkIn(at("2026-06-01T12:00", SHANGHAI));
      world.apply(program(to, rules(1)));
      for (int i = 1; i < 6; i++) {
        world.checkIn(at("2026-06-01T12:00", SHANGHAI).plus(Duration.ofDays(i)));
      }
      assertThat(world.state().getDays().getRunsCount()).as(to.getId()).isEqualTo(1);
      assertThat(world.state().getDays().getCumulative()).as(to.getId()).isBetween(5, 6);
    }
  }

  @Test
  void aProgramThatChangesItsCutOffBreaksNoStreak() {
    CheckInWorld world =
        new CheckInWorld(program(SHANGHAI, rules(1)).setDayStartsAt(Durations.fromHours(6)));
    world.checkIn(at("2026-06-02T05:00", SHANGHAI)); // belongs to June 1
    world.apply(program(SHANGHAI, rules(1)));
    List<Fact> facts = world.checkIn(at("2026-06-03T04:00", SHANGHAI));
    assertThat(checkedIn(facts).getPeriod()).isEqualTo("2026-06-03");
    assertThat(checkedIn(facts).getStreak()).isEqualTo(2);
  }

  @Test
  void theZoneOfAViewerCountsOnlyWhereTheProgramSaysSoAndItIsKnown() {
    Instant at = at("2026-06-02T05:00", SHANGHAI);
    CheckInWorld unknown = new CheckInWorld(program(SHANGHAI, rules(1).setViewerTimeZone(true)));
    assertThat(checkedIn(unknown.checkIn(at)).getPeriod()).isEqualTo("2026-06-02");
    CheckInWorld own = traveller(NEW_YORK);
    assertThat(checkedIn(own.checkIn(at)).getPeriod()).isEqualTo("2026-06-01");

    CheckInWorld merchants = new CheckInWorld(program(SHANGHAI, rules(1)));
    merchants.travelTo(NEW_YORK);
    assertThat(checkedIn(merchants.checkIn(at)).getPeriod()).isEqualTo("2026-06-02");
  }

  @Test
  void aZoneHopIsNoSecondCheckIn() {
    for (ZoneId to : List.of(ZoneOffset.UTC, HONOLULU, NEW_YORK, AUCKLAND, KIRITIMATI)) {
      CheckInWorld world = traveller(SHANGHAI);
      world.giveFreezes(1);
      for (String day : List.of("01", "02", "03", "04", "05", "07")) {
        world.checkIn(at("2026-06-" + day + "T09:00", SHANGHAI));
      }
      CheckInState before = world.state();
      assertThat(before.getFreezes()).isZero();
      world.travelTo(to);
      for (int minutes = 1; minutes < 12 * 60; minutes += 59) {
        Instant soon = at("2026-06-07T09:00", SHANGHAI).plus(Duration.ofMinutes(minutes));
        try {
          assertThat(world.checkIn(soon)).as(to.getId()).isEmpty();
        } catch (ServiceException e) {
          assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_CHECK_IN_TOO_SOON);
        }
      }
      assertThat(world.state().getDays()).as(to.getId()).isEqualTo(before.getDays());
      assertThat(world.state().getFreezes()).as("what was used up").isZero();
    }
  }

  @Test
  void kiritimatiThenNiueIsOneCheckIn() {
    CheckInWorld world = traveller(KIRITIMATI);
    assertThat(world.checkIn(at("2026-06-02T01:00", KIRITIMATI))).isNotEmpty();
    world.travelTo(NIUE);
    assertThat(world.checkIn(at("2026-06-02T01:00", KIRITIMATI).plusSeconds(5))).isEmpty();
    assertThat(world.answer().getAlreadyCheckedIn()).isTrue();
  }

  @Test
  void aDayThatCannotBeCheckedInForAfterAMoveCountsAsKept() {
    CheckInWorld world = traveller(NEW_YORK);
    world.checkIn(at("2026-06-01T20:00", NEW_YORK));
    world.travelTo(AUCKLAND);
    // June 3 in Auckland, where the last check-in was made at 12:00 of June 2: until midnight.
    assertThatThrownBy(() -> world.checkIn(at("2026-06-02T23:00", AUCKLAND)))
        .isInstanceOf(ServiceException.class);
    assertThat(checkedIn(world.checkIn(at("2026-06-03T08:00", AUCKLAND))).getStreak()).isEqualTo(2);
  }

  /** A visit some time after the one before, in some zone. */
  private record Visit(int minutesLater, ZoneId zone) {}

  @Property
  void whoComesEveryTwentyHoursKeepsTheStreakInWhateverZones(
      @ForAll("journeys") List<Visit> journey) {
    CheckInWorld world = traveller(SHANGHAI);
    Instant now = at("2026-03-01T12:00", SHANGHAI);
    Set<LocalDate> dates = new TreeSet<>();
    ZoneId home = SHANGHAI;
    Instant moves = now;
    int counted = 0;
    for (Visit visit : journey) {
      now = now.plus(Duration.ofMinutes(visit.minutesLater));
      if (!now.isBefore(moves)) {
        home = visit.zone;
        moves = now.plus(Duration.ofDays(7)); // as rooms take a viewer's zone
        world.travelTo(home);
      }
      try {
        counted += world.checkIn(now).isEmpty() ? 0 : 1;
      } catch (ServiceException e) {
        assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_CHECK_IN_TOO_SOON);
      }
      dates.add(LocalDate.ofInstant(now, home));
      assertThat(counted).as("each date counts once at most").isLessThanOrEqualTo(dates.size());
      assertThat(world.state().getDays().getRunsCount()).as("one streak").isEqualTo(1);
      assertThat(world.state().getDays().getCumulative()).isEqualTo(counted);
      assertThat(world.standing(now, "").getStreak()).isEqualTo(counted);
    }
  }

  /**
   * Whoever hops between zones, with freezes to lose: nobody has more check-ins than days went by,
   * none within hours of another after a move, and what was used up does not come back.
   */
  @Property(tries = 200, seed = "20261129")
  void noHopGainsACheckInOrAFreeze(@ForAll long seed) {
    Random random = new Random(seed);
    List<ZoneId> zones = List.of(HONOLULU, AUCKLAND, NEW_YORK, KIRITIMATI, SHANGHAI, NIUE);
    CheckInWorld world = traveller(SHANGHAI);
    world.giveFreezes(random.nextInt(6));
    int freezes = world.state().getFreezes();
    Instant start = at("2026-03-01T12:00", SHANGHAI);
    Instant now = start;
    Instant moves = start;
    Instant latest = Instant.EPOCH;
    ZoneId home = SHANGHAI;
    ZoneId homeAtLatest = SHANGHAI;
    int counted = 0;
    for (int i = 0; i < 60; i++) {
      now = now.plus(Duration.ofMinutes(1 + random.nextInt(random.nextBoolean() ? 200 : 3_000)));
      if (!now.isBefore(moves) && random.nextInt(3) == 0) {
        home = zones.get(random.nextInt(zones.size()));
        world.travelTo(home);
        moves = now.plus(Duration.ofDays(7)); // as rooms take a viewer's zone
      }
      List<Fact> facts;
      try {
        facts = world.checkIn(now);
      } catch (ServiceException e) {
        assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_CHECK_IN_TOO_SOON);
        continue;
      }
      if (!facts.isEmpty()) {
        counted++;
        if (!home.equals(homeAtLatest)) {
          assertThat(Duration.between(latest, now)).isGreaterThanOrEqualTo(Duration.ofHours(12));
        }
        freezes -= checkedIn(facts).getFreezesUsed();
        latest = now;
        homeAtLatest = home;
      }
      assertThat(world.state().getFreezes()).as("freezes that are left").isEqualTo(freezes);
      assertThat(world.state().getDays().getCumulative()).isEqualTo(counted);
      assertThat(counted)
          .as("of the days since %s", start)
          .isLessThanOrEqualTo((int) Duration.between(start, now).toDays() + 3);
    }
  }

  @Provide
  Arbitrary<List<Visit>> journeys() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 20 * 60),
            Arbitraries.of(HONOLULU, AUCKLAND, NEW_YORK, KIRITIMATI, SHANGHAI))
        .as(Visit::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(60);
  }

  private static CheckInWorld traveller(ZoneId home) {
    CheckInWorld world = new CheckInWorld(program(SHANGHAI, rules(1).setViewerTimeZone(true)));
    world.travelTo(home);
    return world;
  }

  private static Program.Builder program(ZoneId zone, CheckInRules.Builder rules) {
    return Program.newBuilder().setTimeZone(zone.getId()).setCheckIn(rules);
  }

  private static Instant at(String local, ZoneId zone) {
    return LocalDateTime.parse(local).atZone(zone).toInstant();
  }

  private static CalendarDayState stateOf(CheckInWorld world, String date) {
    return world.calendar(LocalDate.parse(date).plusDays(1), "").getDaysList().stream()
        .filter(day -> day.getDate().equals(date))
        .map(CalendarDay::getState)
        .findFirst()
        .orElseThrow();
  }
}
