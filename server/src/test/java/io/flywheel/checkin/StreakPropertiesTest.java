package io.flywheel.checkin;

import static io.flywheel.checkin.CheckInWorld.checkedIn;
import static io.flywheel.checkin.CheckInWorld.day;
import static io.flywheel.checkin.CheckInWorld.paid;
import static io.flywheel.checkin.CheckInWorld.points;
import static io.flywheel.checkin.CheckInWorld.rules;
import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.CheckInStanding;
import io.flywheel.v1.Fact;
import io.flywheel.v1.StreakMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Check-in against calendars that are walked day by day and share nothing with its rules. */
class StreakPropertiesTest {
  private static final LocalDate START = day("2025-12-01");
  private static final int DAYS = 120;
  private static final int[] CONSECUTIVE = {1, 3, 7};
  private static final int[] CUMULATIVE = {2, 10, 40};

  /** Any days, some of them twice, in any order. */
  @Provide
  Arbitrary<List<Integer>> arrivals() {
    Arbitrary<List<Integer>> sparse =
        Arbitraries.integers().between(0, DAYS - 1).list().ofMaxSize(60);
    Arbitrary<List<Integer>> dense = Arbitraries.integers().between(0, 30).list().ofMaxSize(60);
    return Arbitraries.oneOf(sparse, dense);
  }

  @Property
  void anyOrderComesToTheStreaksOfTheCalendar(@ForAll("arrivals") List<Integer> arrivals) {
    CheckInWorld world = new CheckInWorld(rewards());
    SortedSet<Integer> days = new TreeSet<>();
    List<Integer> paid = new ArrayList<>();
    for (int arrival : arrivals) {
      List<Fact> facts = world.checkIn(START.plusDays(arrival));
      assertThat(facts.isEmpty()).as("a day counts once").isEqualTo(!days.add(arrival));
      if (!facts.isEmpty()) {
        assertThat(checkedIn(facts).getStreak()).isEqualTo(runAround(days, arrival));
        assertThat(checkedIn(facts).getCumulative()).isEqualTo(days.size());
      }
      paid.addAll(paid(facts));
    }
    for (int today = 0; today <= DAYS + 2; today++) {
      CheckInStanding standing = world.standing(START.plusDays(today));
      assertThat(standing.getCheckedInNow()).isEqualTo(days.contains(today));
      if (days.isEmpty() || today >= days.last()) {
        assertThat(standing.getStreak()).isEqualTo(streakOn(days, today));
      }
      assertThat(standing.getLongestStreak())
          .isEqualTo(days.stream().mapToInt(day -> runAround(days, day)).max().orElse(0));
      assertThat(standing.getCumulative()).isEqualTo(days.size());
    }
    assertPaid(days, paid);
  }

  @Property
  void anyOrderEndsInTheSameState(
      @ForAll("arrivals") List<Integer> arrivals, @ForAll Random random) {
    List<Integer> shuffled = new ArrayList<>(arrivals);
    Collections.shuffle(shuffled, random);
    assertThat(stateAfter(shuffled, 0)).isEqualTo(stateAfter(arrivals, 0));
  }

  @Property
  void anyOrderEndsInTheSameStateWhereFreezesAreEnough(
      @ForAll("arrivals") List<Integer> arrivals, @ForAll Random random) {
    List<Integer> shuffled = new ArrayList<>(arrivals);
    Collections.shuffle(shuffled, random);
    assertThat(stateAfter(shuffled, DAYS)).isEqualTo(stateAfter(arrivals, DAYS));
  }

  @Property
  void noFreezeIsLostOrUsedTwiceInAnyOrder(
      @ForAll("arrivals") List<Integer> arrivals, @ForAll @IntRange(max = 31) int freezes) {
    CheckInWorld world = new CheckInWorld(rewards().setMaxFreezes(31));
    world.giveFreezes(freezes);
    for (int arrival : arrivals) {
      world.checkIn(START.plusDays(arrival));
      CheckInState state = world.state();
      assertThat(state.getFreezes()).isNotNegative();
      assertThat(state.getFreezes() + state.getDays().getFrozenCount()).isEqualTo(freezes);
      for (Run run : state.getDays().getRunsList()) {
        long frozen =
            state.getDays().getFrozenList().stream()
                .filter(day -> day > run.getStart() && day < run.getEnd())
                .count();
        assertThat(run.getLength() + frozen).isEqualTo(run.getEnd() - run.getStart() + 1);
      }
    }
  }

  @Property
  void stampCardsPayTheSameInAnyOrder(@ForAll("arrivals") List<Integer> arrivals) {
    CheckInWorld world = new CheckInWorld(rewards().setMode(StreakMode.STREAK_MODE_STAMP_CARD));
    List<Integer> paid = new ArrayList<>();
    List<Integer> expected = new ArrayList<>();
    SortedSet<Integer> days = new TreeSet<>();
    for (int arrival : arrivals) {
      paid.addAll(paid(world.checkIn(START.plusDays(arrival))));
      if (days.add(arrival)) {
        int stamps = (days.size() - 1) % 7 + 1;
        addIf(expected, CONSECUTIVE, stamps, 1);
        addIf(expected, CUMULATIVE, days.size(), -1);
      }
    }
    assertThat(paid).containsExactlyElementsOf(expected);
  }

  @Property
  void daysInOrderWithFreezesFollowACalendarWalkedDayByDay(
      @ForAll("arrivals") List<Integer> arrivals, @ForAll @IntRange(max = 6) int freezes) {
    CheckInWorld world = new CheckInWorld(rewards().setMaxFreezes(31));
    world.giveFreezes(freezes);
    SortedSet<Integer> days = new TreeSet<>(arrivals);
    int held = freezes;
    int streak = 0;
    int missed = 0;
    List<Integer> expected = new ArrayList<>();
    List<Integer> paid = new ArrayList<>();
    for (int today = 0; today < DAYS; today++) {
      LocalDate date = START.plusDays(today);
      if (days.contains(today)) {
        boolean goesOn = streak > 0 && missed <= held;
        held -= goesOn ? missed : 0;
        streak = goesOn ? streak + 1 : 1;
        missed = 0;
        addIf(expected, CONSECUTIVE, streak, 1);
        addIf(expected, CUMULATIVE, days.headSet(today + 1).size(), -1);
        paid.addAll(paid(world.checkIn(date)));
        assertThat(world.answer().getStanding().getStreak()).isEqualTo(streak);
      } else {
        missed++;
      }
      CheckInStanding standing = world.standing(date);
      int missedBeforeToday = days.contains(today) ? 0 : missed - 1;
      assertThat(standing.getStreak()).isEqualTo(missedBeforeToday <= held ? streak : 0);
      assertThat(standing.getFreezes()).isEqualTo(held);
    }
    assertThat(paid).containsExactlyElementsOf(expected);
  }

  @Property
  void cardsOfAnyUseComeToTheStateOfDaysThatWereNotMissed(
      @ForAll("arrivals") List<Integer> arrivals, @ForAll("arrivals") List<Integer> madeUp) {
    CheckInWorld world = new CheckInWorld(rewards().setMakeUpDays(31));
    world.giveCards(1_000);
    LocalDate today = START.plusDays(31);
    SortedSet<Integer> all = new TreeSet<>();
    for (int arrival : arrivals) {
      world.checkIn(START.plusDays(arrival));
      all.add(arrival);
    }
    for (int day : madeUp) {
      if (day < 31 && all.add(day)) {
        assertThat(checkedIn(world.makeUp(START.plusDays(day), today)).getStreak())
            .isEqualTo(runAround(all, day));
      }
    }
    assertThat(world.state().getDays()).isEqualTo(stateAfter(all, 0).getDays());
    assertThat(world.state().getMakeUpCards()).isEqualTo(1_000 - world.state().getMadeUpCount());
  }

  /** All but the streak that the check-in which came last was told. */
  private static CheckInState stateAfter(Collection<Integer> arrivals, int freezes) {
    CheckInWorld world = new CheckInWorld(rewards().setMaxFreezes(31));
    for (int i = 0; i < freezes; i += 30) {
      world.apply(rewards().setMaxFreezes(i + 30));
      world.giveFreezes(30);
    }
    arrivals.forEach(arrival -> world.checkIn(START.plusDays(arrival)));
    return world.state().toBuilder().clearStreak().build();
  }

  /** The run of days without a gap that a day belongs to. */
  private static int runAround(SortedSet<Integer> days, int day) {
    int first = day;
    int last = day;
    while (days.contains(first - 1)) {
      first--;
    }
    while (days.contains(last + 1)) {
      last++;
    }
    return last - first + 1;
  }

  private static int streakOn(SortedSet<Integer> days, int today) {
    if (days.contains(today)) {
      return runAround(days, today);
    }
    return days.contains(today - 1) ? runAround(days, today - 1) : 0;
  }

  /**
   * Counts in all are paid once. A count in a row is paid at least once for each run that reaches
   * it, and at most once for as many of its days as the count says.
   */
  private static void assertPaid(SortedSet<Integer> days, List<Integer> paid) {
    Map<Integer, Integer> times = new HashMap<>();
    paid.forEach(count -> times.merge(count, 1, Integer::sum));
    for (int count : CUMULATIVE) {
      assertThat(times.getOrDefault(-count, 0)).isEqualTo(days.size() >= count ? 1 : 0);
    }
    for (int count : CONSECUTIVE) {
      int least = 0;
      int most = 0;
      for (int day : days) {
        int run = days.contains(day - 1) ? 0 : runAround(days, day);
        least += run >= count ? 1 : 0;
        most += run / count;
      }
      assertThat(times.getOrDefault(count, 0)).as("count %s", count).isBetween(least, most);
    }
  }

  private static void addIf(List<Integer> paid, int[] counts, int reached, int sign) {
    for (int count : counts) {
      if (count == reached) {
        paid.add(sign * count);
      }
    }
  }

  private static CheckInRules.Builder rewards() {
    CheckInRules.Builder rules = rules(CONSECUTIVE);
    for (int count : CUMULATIVE) {
      rules.addCumulative(points(count));
    }
    return rules;
  }
}
