package io.flywheel.badge;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.counting.Counter;
import io.flywheel.counting.Occurrence;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.Event;
import io.flywheel.v1.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is counted for a badge, against plain sets and sums, in any order and from two sides. */
class TallyTest {
  private static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

  private static final CompiledProgram PROGRAM =
      TestPrograms.compile(
          TestPrograms.check(
                  """
                  name: badges
                  time_zone: UTC
                  badges:
                    - {id: loyal, title: L, metric: {trigger: custom, custom: play}, counted: days_in_a_row, tiers: [{threshold: 3}]}
                    - id: wit
                      title: W
                      metric: {trigger: custom, custom: play, count: amount}
                      counted: for_one_thing
                      thing: event.custom.attributes["thing"]
                      tiers: [{threshold: 3}]
                    - {id: days, title: D, metric: {trigger: custom, custom: play, count: distinct_days}, tiers: [{threshold: 3}]}
                    - {id: all, title: A, metric: {trigger: custom, custom: play}, tiers: [{threshold: 3}]}
                    - {id: daily, title: D, metric: {trigger: custom, custom: play}, window: day, tiers: [{threshold: 3}]}
                    - {id: watched, title: W, metric: {trigger: watch}, tiers: [{threshold: 1m}]}
                    - id: spring
                      title: S
                      metric: {trigger: custom, custom: play}
                      window: {kind: custom, starts_at: 2026-11-22T12:00:00Z, ends_at: 2026-11-23T12:00:00Z}
                      tiers: [{threshold: 3}]
                  """)
              .orThrow());

  /** Days come in any order, but no later than events may. */
  @Property
  void daysInARowAreTheLongestStretchOfDays(@ForAll long seed) {
    Random random = new Random(seed);
    BadgeTally.Builder tally = BadgeTally.newBuilder();
    TreeSet<Long> days = new TreeSet<>();
    long newest = 0;
    for (int i = 0; i < 40; i++) {
      long day = Math.max(0, newest + random.nextInt(11) - 7);
      newest = Math.max(newest, day);
      days.add(day);
      assertThat(add("loyal", tally, play(START.plus(Duration.ofDays(day)))))
          .as("%s", days)
          .isEqualTo(longest(days));
    }
    assertThat(tally.getWindows(0).getStretchesCount())
        .as("what can't grow any more is forgotten")
        .isLessThanOrEqualTo(7);
  }

  @Property
  void ofOneThingTheSumIsCounted(@ForAll long seed) {
    Random random = new Random(seed);
    BadgeTally.Builder tally = BadgeTally.newBuilder();
    Map<String, Long> sums = new HashMap<>();
    for (int i = 0; i < 40; i++) {
      String thing = "thing-" + random.nextInt(6);
      long amount = random.nextInt(4);
      sums.merge(thing, amount, Long::sum);
      assertThat(add("wit", tally, play(START, thing, amount)))
          .isEqualTo(sums.values().stream().mapToLong(Long::longValue).max().orElse(0));
    }
  }

  /** A run over the journal counts apart from what goes on, and both come to the same. */
  @Property
  void whatIsCountedFromTwoSidesIsCountedAsFromOne(@ForAll long seed) {
    Random random = new Random(seed);
    for (String badge : List.of("loyal", "wit", "days", "all", "daily")) {
      BadgeTally.Builder one = BadgeTally.newBuilder();
      BadgeTally.Builder before = BadgeTally.newBuilder();
      BadgeTally.Builder since = BadgeTally.newBuilder();
      for (int i = 0; i < 20; i++) {
        Instant at = START.plus(Duration.ofDays(random.nextInt(7)));
        Occurrence occurrence = play(at, "thing-" + random.nextInt(3), 1);
        add(badge, one, occurrence);
        add(badge, random.nextBoolean() ? before : since, occurrence);
      }
      Tally.merge(since, before.build());
      assertThat(Tally.best(since)).as(badge).isEqualTo(Tally.best(one));
      assertThat(counts(since)).as(badge).isEqualTo(counts(one));
      assertThat(since.getLatestMillis()).as(badge).isEqualTo(one.getLatestMillis());
    }
  }

  @Example
  void whatCameBeforeStandsBeforeWhatWasCountedSince() {
    BadgeTally.Builder before = BadgeTally.newBuilder();
    BadgeTally.Builder since = BadgeTally.newBuilder();
    add("daily", before, play(START));
    add("daily", before, play(START.plus(Duration.ofDays(1))));
    add("daily", since, play(START.plus(Duration.ofDays(1))));
    add("daily", since, play(START.plus(Duration.ofDays(2))));
    Tally.merge(since, before.build());
    assertThat(since.getWindowsList())
        .extracting(window -> window.getName() + " " + window.getCount())
        .containsExactly("2026-11-22 1", "2026-11-23 2", "2026-11-24 1");
  }

  @Example
  void aWindowIsForgottenWhenNothingMayHappenInItAnyMore() {
    BadgeTally.Builder tally = BadgeTally.newBuilder();
    Instant midnight = Instant.parse("2026-11-23T00:00:00Z");
    add("daily", tally, play(START));
    Instant late = midnight.plus(Duration.ofDays(7).plusMinutes(5));
    assertThat(add("daily", tally, play(late))).isEqualTo(1);
    assertThat(tally.getWindowsCount()).isEqualTo(2);
    assertThat(add("daily", tally, play(late.plusMillis(1)))).isEqualTo(2);
    assertThat(tally.getWindowsCount()).isEqualTo(1);
  }

  @Example
  void outsideOfACustomWindowNothingIsCounted() {
    BadgeTally.Builder tally = BadgeTally.newBuilder();
    assertThat(add("spring", tally, play(START.minusMillis(1)))).isZero();
    assertThat(tally.build()).isEqualTo(BadgeTally.getDefaultInstance());
    assertThat(add("spring", tally, play(START))).isEqualTo(1);
  }

  @Example
  void watchTimeIsCountedInWholeSeconds() {
    BadgeTally.Builder tally = BadgeTally.newBuilder();
    assertThat(add("watched", tally, watched(1_999))).isEqualTo(1);
    assertThat(add("watched", tally, watched(1))).isEqualTo(2);
    assertThat(Tally.best(tally)).isEqualTo(2_000);
  }

  @Example
  void whatCountsNothingLeavesNothing() {
    BadgeTally.Builder tally = BadgeTally.newBuilder();
    assertThat(add("all", tally, play(START).times(0))).isZero();
    assertThat(add("wit", tally, play(START, "", 9))).as("for no thing").isZero();
    assertThat(add("wit", tally, play(START, "thing", 0))).isZero();
    assertThat(tally.build()).isEqualTo(BadgeTally.getDefaultInstance());
    add("loyal", tally, play(START));
    BadgeTally once = tally.build();
    add("loyal", tally, play(START.plusSeconds(60)));
    assertThat(tally.build()).as("the same day").isEqualTo(once);
  }

  @Example
  void countsSaturate() {
    BadgeTally.Builder tally = BadgeTally.newBuilder();
    add("all", tally, play(START).times(Long.MAX_VALUE));
    assertThat(add("all", tally, play(START).times(5))).isEqualTo(Long.MAX_VALUE);
    assertThat(add("wit", BadgeTally.newBuilder(), play(START, "t", Long.MAX_VALUE)))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Example
  void ofTooManyThingsThoseThatMovedLastAreCounted() {
    BadgeTally.Builder tally = BadgeTally.newBuilder();
    add("wit", tally, play(START, "first", 3));
    for (int i = 1; i < Tally.MAX_THINGS; i++) {
      add("wit", tally, play(START, "thing-" + i, 1));
    }
    assertThat(add("wit", tally, play(START, "first", 1))).as("still known").isEqualTo(4);
    add("wit", tally, play(START, "one-more", 1));
    assertThat(tally.getWindows(0).getThingsCount()).isEqualTo(Tally.MAX_THINGS);
    for (int i = 0; i < 3; i++) {
      add("wit", tally, play(START, "thing-1", 1));
    }
    assertThat(add("wit", tally, play(START, "thing-1", 1)))
        .as("it was the oldest, and begins anew")
        .isEqualTo(4);
  }

  @Example
  void soManyAreToldApart() {
    BadgeTally.Builder tally = BadgeTally.newBuilder();
    for (int i = 0; i < Counter.MAX_DISTINCT + 5; i++) {
      add("days", tally, play(START.plus(Duration.ofDays(i))));
    }
    assertThat(Tally.best(tally)).isEqualTo(Counter.MAX_DISTINCT);
  }

  private static long longest(SortedSet<Long> days) {
    long longest = 0;
    long row = 0;
    for (long day : days) {
      row = days.contains(day - 1) ? row + 1 : 1;
      longest = Math.max(longest, row);
    }
    return longest;
  }

  private static List<Long> counts(BadgeTally.Builder tally) {
    List<Long> counts = new ArrayList<>();
    tally.getWindowsList().stream()
        .sorted((a, b) -> a.getName().compareTo(b.getName()))
        .forEach(window -> counts.add(window.getCount()));
    return counts;
  }

  private static long add(String badgeId, BadgeTally.Builder tally, Occurrence occurrence) {
    CompiledBadge badge = CompiledBadges.of(PROGRAM).require(badgeId);
    return Tally.add(
        tally, badge, Objects.requireNonNull(badge.counter()), occurrence, PROGRAM.calendar());
  }

  private static Occurrence play(Instant at) {
    return play(at, "", 0);
  }

  private static Occurrence play(Instant at, String thing, long amount) {
    Event event =
        Event.newBuilder()
            .setCustom(CustomEvent.newBuilder().setName("play").putAttributes("thing", thing))
            .build();
    return new Occurrence(
        Trigger.TRIGGER_CUSTOM, at, "r", "b", 1, amount, 0, "play", "", event, null);
  }

  private static Occurrence watched(long millis) {
    return new Occurrence(Trigger.TRIGGER_WATCH, START, "r", "b", 1, 0, millis, "", "", null, null);
  }
}
