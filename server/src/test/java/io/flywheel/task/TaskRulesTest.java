package io.flywheel.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flywheel.engine.Turn;
import io.flywheel.v1.Fact;
import io.flywheel.v1.PassReason;
import io.flywheel.v1.TaskPassedOver;
import io.flywheel.v1.TaskProgress;
import io.flywheel.v1.TierProgress;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What tasks count and pay, without a database. */
final class TaskRulesTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private static final String BY_BROADCAST =
      """
      time_zone: UTC
      tasks:
      - {id: talk, title: Talk, trigger: comment, window: broadcast, tiers: [{threshold: 2, rewards: [points: 5]}]}
      """;

  @Example
  void aTierOfABroadcastIsPaidOnceHoweverLongItIsOn() {
    TaskWorld world = new TaskWorld(BY_BROADCAST);
    world.comment("anna", "b1", START, "one");
    world.comment("anna", "b1", START.plusSeconds(9), "two");
    for (int day = 9; day < 40; day += 3) {
      for (int i = 0; i < 3; i++) {
        world.comment("anna", "b1", day(day).plusSeconds(i), "more");
        world.comment("anna", "b2", day(day).plusSeconds(i), "other");
      }
    }
    assertThat(world.points("anna")).as("b1 and b2, once each").isEqualTo(10);
  }

  @Example
  void progressInABroadcastLivesAsLongAsTheBroadcast() {
    TaskWorld world = new TaskWorld(BY_BROADCAST);
    world.comment("anna", "b1", START, "one");
    world.comment("anna", "b2", day(15), "elsewhere");
    world.comment("anna", "b1", day(29), "two");
    assertThat(world.points("anna")).isEqualTo(5);
  }

  /**
   * Shows that begin, end or never end, and go on being commented on: until one is closed each pays
   * once, as soon as two comments were made, and from then on nothing counts for it.
   */
  @Property(tries = 150, seed = "20261129")
  void eachBroadcastPaysOnceWhileItIsOpenAndNeverOpensAgain(@ForAll long seed) {
    Random random = new Random(seed);
    TaskWorld world = new TaskWorld(BY_BROADCAST);
    long[] began = new long[5];
    long[] ended = new long[5];
    int[] comments = new int[5];
    Arrays.fill(ended, Long.MAX_VALUE);
    long day = Duration.ofDays(1).toSeconds();
    long second = 0;
    long points = 0;
    for (int i = 0; i < 60; i++) {
      second += 1 + random.nextLong(2 * day);
      int show = random.nextInt(5);
      Instant at = START.plusSeconds(second);
      if (comments[show] > 0 && ended[show] == Long.MAX_VALUE && random.nextInt(8) == 0) {
        ended[show] = second;
        world.end("b" + show, at);
        continue;
      }
      List<Fact> told = world.comment("anna", "b" + show, at, "comment " + i);
      began[show] = comments[show] == 0 ? second : began[show];
      boolean closed =
          second >= began[show] + 30 * day
              || (ended[show] != Long.MAX_VALUE && second >= ended[show] + 7 * day);
      if (!closed && ++comments[show] == 2) {
        points += 5;
      }
      assertThat(world.points("anna")).as("comment %d, in b%d", i, show).isEqualTo(points);
      if (closed) {
        assertThat(passedOver(told))
            .as("comment %d, in b%d", i, show)
            .containsAnyOf(
                PassReason.PASS_REASON_BROADCAST_CLOSED, PassReason.PASS_REASON_TOO_LATE);
      }
    }
  }

  @Example
  void whatComesForAClosedBroadcastCountsNothingAndTheAnswerSaysSo() {
    TaskWorld world = new TaskWorld(BY_BROADCAST);
    world.comment("anna", "b1", START, "one");
    List<Fact> late = world.comment("anna", "b1", day(30), "two");
    assertThat(passedOver(late)).containsExactly(PassReason.PASS_REASON_BROADCAST_CLOSED);

    world.comment("anna", "b2", day(30), "one");
    world.end("b2", day(30).plusSeconds(60));
    assertThat(passedOver(world.comment("anna", "b2", day(38), "two")))
        .containsExactly(PassReason.PASS_REASON_BROADCAST_CLOSED);
    assertThat(world.points("anna")).isZero();
  }

  /** As many rewards a time as a tier can have, all of them of a kind that is given one by one. */
  private static String onClaim(String window) {
    String rewards =
        IntStream.range(0, 10).mapToObj(i -> "coupon: c" + i).collect(Collectors.joining(", "));
    return ("tasks: [{id: like, title: Like, trigger: like, repeat: true, payout: on_claim,"
            + " window: %s, tiers: [{threshold: 1, rewards: [%s]}]}]")
        .formatted(window, rewards);
  }

  private static long coupons(List<Fact> facts) {
    assertThat(facts.size()).isLessThanOrEqualTo(Turn.MAX_FACTS);
    return facts.stream().filter(Fact::hasGrantIssued).count();
  }

  @Example
  void howeverMuchWaitsToBeClaimedClaimsPayAllOfIt() {
    TaskWorld world = new TaskWorld(onClaim("once"));
    for (int i = 0; i < 150; i++) {
      world.like("anna", "b1", START.plusSeconds(i), i < 6 ? 1_000 : 1);
    }
    long all = 10 * (6_000 + 144);
    long paid = 0;
    int claims = 0;
    while (paid < all) {
      paid += coupons(world.claim("anna", START.plusSeconds(1_000 + claims++), "like", 0));
    }
    assertThat(paid).isEqualTo(all);
    assertThat(claims).as("a part a time").isBetween(2, 10);
    assertThat(catchThrowable(() -> world.claim("anna", day(2), "like", 0)))
        .hasMessageContaining("was paid before");
  }

  @Example
  void howeverMuchWasNotClaimedIsPaidBitByBitByLaterActions() {
    TaskWorld world = new TaskWorld(onClaim("day"));
    for (int day = 0; day < 3; day++) {
      for (int i = 0; i < 3; i++) {
        world.like("anna", "b1", START.plus(Duration.ofDays(day)).plusSeconds(i), 1_000);
      }
    }
    long paid = 0;
    for (int hour = 0; hour < 30; hour++) {
      paid += coupons(world.like("anna", "b1", day(9).plus(Duration.ofHours(hour)), 1));
    }
    assertThat(paid).isEqualTo(10 * 9_000);
  }

  @Example
  void aGoalOfTheRoomPaysAllWhoContributedInTimeHoweverManyTheyAre() {
    TaskWorld world =
        new TaskWorld(
            "tasks: [{id: goal, title: Goal, trigger: like, goal: room, tiers: ["
                + "{threshold: 1200, rewards: [points: 7]}, {threshold: 5000, rewards: [points: 9]}]}]");
    for (int i = 0; i < 1_200; i++) {
      world.like("v" + i, "b1", START.plusSeconds(i), 1);
    }
    world.like("late", "b1", START.plusSeconds(2_000), 1);
    world.settle();
    for (int i = 0; i < 1_200; i++) {
      assertThat(world.profile("v" + i).getPoints()).as("v%d", i).isEqualTo(7);
    }
    assertThat(world.profile("late").getPoints()).isZero();
    assertThat(world.profile("nobody").getPoints()).isZero();
    // It is told late that somebody had contributed before the goal was reached.
    world.like("forgotten", "b1", START.plusSeconds(600), 1);
    world.settle();
    assertThat(world.profile("forgotten").getPoints()).isEqualTo(7);
    assertThat(world.profile("v5").getPoints()).as("once").isEqualTo(7);
  }

  @Example
  void aTierThatIsAddedBelowWhatWasPaidIsPaidOnce() {
    TaskWorld world = new TaskWorld(likes("{threshold: 10, rewards: [points: 100]}"));
    world.like("anna", "b1", START, 10);
    world.apply(
        likes("{threshold: 5, rewards: [points: 50]}, {threshold: 10, rewards: [points: 100]}"));
    world.like("anna", "b1", START.plusSeconds(1), 1);
    world.like("anna", "b1", START.plusSeconds(2), 1);
    assertThat(world.points("anna")).isEqualTo(150);
  }

  @Example
  void aTierThatIsReachedLaterIsPaidThoughOneBelowItWasTakenAway() {
    TaskWorld world =
        new TaskWorld(
            likes(
                "{threshold: 5, rewards: [points: 50]}, {threshold: 10, rewards: [points: 100]}"));
    world.like("anna", "b1", START, 7);
    world.apply(likes("{threshold: 10, rewards: [points: 100]}"));
    world.like("anna", "b1", START.plusSeconds(1), 20);
    assertThat(world.points("anna")).isEqualTo(150);
  }

  @Example
  void aThresholdThatIsLoweredIsPaidWithTheNextAction() {
    TaskWorld world = new TaskWorld(likes("{threshold: 10, rewards: [points: 100]}"));
    world.like("anna", "b1", START, 8);
    world.apply(likes("{threshold: 5, rewards: [points: 100]}"));
    world.like("anna", "b1", START.plusSeconds(1), 1);
    world.like("anna", "b1", START.plusSeconds(2), 1);
    assertThat(world.points("anna")).isEqualTo(100);
  }

  /**
   * Whatever programs follow each other, a threshold that is reached is paid once, by the program
   * that has it when something counts, and none is paid that was not reached.
   */
  @Property(tries = 300)
  void eachThresholdIsPaidOnceUnderWhateverPrograms(@ForAll long seed) {
    Random random = new Random(seed);
    SortedSet<Integer> thresholds = thresholds(random);
    TaskWorld world = new TaskWorld(likes(tiers(thresholds)));
    SortedSet<Integer> paid = new TreeSet<>();
    int count = 0;
    for (int i = 0; i < 25; i++) {
      if (random.nextInt(4) == 0) {
        thresholds = thresholds(random);
        world.apply(likes(tiers(thresholds)));
      }
      if (paid.containsAll(thresholds)) {
        continue; // all is reached, and nothing counts any more
      }
      int more = 1 + random.nextInt(3);
      world.like("anna", "b1", START.plusSeconds(i), more);
      count += more;
      paid.addAll(thresholds.headSet(count + 1));
      assertThat(world.points("anna"))
          .as("%d likes under %s, paid %s", count, thresholds, paid)
          .isEqualTo(paid.stream().mapToLong(TaskRulesTest::pointsOf).sum());
    }
  }

  /**
   * Whatever programs follow each other, nothing is ever missing that is not, and a tier that the
   * count has reached reads as reached once the next action came.
   */
  @Property(tries = 200, seed = "20261129")
  void noThresholdThatIsMovedMakesAnAmountToGoNegative(@ForAll long seed) {
    Random random = new Random(seed);
    SortedSet<Integer> thresholds = thresholds(random);
    TaskWorld world = new TaskWorld(likes(tiers(thresholds)));
    for (int i = 0; i < 20; i++) {
      if (random.nextInt(3) == 0) {
        thresholds = thresholds(random);
        world.apply(likes(tiers(thresholds)));
      } else {
        world.like("anna", "b1", START.plusSeconds(i), 1 + random.nextInt(4));
      }
      TaskProgress shown = world.progress("anna", "like", START.plusSeconds(i));
      assertThat(shown.getMissing()).as("%s", shown).isNotNegative();
      assertThat(shown.getTiersList())
          .extracting(TierProgress::getThreshold)
          .containsExactlyElementsOf(thresholds.stream().map(Integer::longValue).toList());
      for (TierProgress tier : shown.getTiersList()) {
        if (shown.getCount() >= tier.getThreshold()) {
          assertThat(tier.getReached()).as("%s", shown).isTrue();
        }
      }
      long next =
          shown.getTiersList().stream()
              .filter(tier -> !tier.getReached())
              .mapToLong(TierProgress::getThreshold)
              .findFirst()
              .orElse(shown.getCount());
      assertThat(shown.getMissing())
          .as("%s", shown)
          .isEqualTo(Math.max(0, next - shown.getCount()));
    }
  }

  /** Sums of different thresholds differ. */
  private static long pointsOf(int threshold) {
    return 1L << threshold;
  }

  private static SortedSet<Integer> thresholds(Random random) {
    SortedSet<Integer> thresholds = new TreeSet<>();
    for (int i = 0; i < 1 + random.nextInt(4); i++) {
      thresholds.add(1 + random.nextInt(18));
    }
    return thresholds;
  }

  private static String tiers(SortedSet<Integer> thresholds) {
    return thresholds.stream()
        .map(threshold ->
            "{threshold: %d, rewards: [points: %d]}".formatted(threshold, pointsOf(threshold)))
        .collect(Collectors.joining(", "));
  }

  @Example
  void likesOfTheLastSevenDaysCountInEitherOrder() {
    String document =
        """
        time_zone: UTC
        tasks:
        - {id: daily, title: Daily, trigger: like, window: day, tiers: [{threshold: 10, rewards: [points: 5]}]}
        - {id: show, title: Show, trigger: like, window: broadcast, tiers: [{threshold: 10, rewards: [points: 7]}]}
        """;
    TaskWorld oldestFirst = new TaskWorld(document);
    TaskWorld newestFirst = new TaskWorld(document);
    for (int i = 0; i < 7; i++) {
      oldestFirst.like("anna", "b" + i, day(i), 10);
      newestFirst.like("anna", "b" + (6 - i), day(6 - i), 10);
    }
    assertThat(oldestFirst.points("anna")).isEqualTo(84);
    assertThat(newestFirst.points("anna")).isEqualTo(84);
  }

  @Example
  void aRateLimitRemembersEveryStretchThatMayStillCome() {
    TaskWorld world =
        new TaskWorld(
            """
            tasks:
            - id: like
              title: Like
              trigger: like
              rate_limit: {times: 1, per: 60s}
              tiers: [{threshold: 11, rewards: [points: 3]}]
            """);
    for (int minute = 0; minute < 10; minute++) {
      world.like("anna", "b1", START.plus(Duration.ofMinutes(minute)), 1);
      world.like("anna", "b1", START.plus(Duration.ofMinutes(minute)), 1);
    }
    world.like("anna", "b1", START.minus(Duration.ofMinutes(30)), 1);
    assertThat(world.points("anna")).isEqualTo(3);
  }

  @Example
  void aRateLimitIsChargedWhereNothingIsLeftToReach() {
    TaskWorld world =
        new TaskWorld(
            """
            time_zone: UTC
            tasks:
            - id: talk
              title: Talk
              trigger: comment
              window: broadcast
              rate_limit: {times: 2, per: 3600s}
              tiers: [{threshold: 1, rewards: [points: 5]}]
            """);
    for (int i = 0; i < 3; i++) {
      world.comment("anna", "a", START.plusSeconds(i), "A");
    }
    world.comment("anna", "b", START.plusSeconds(4), "B");
    assertThat(world.points("anna")).isEqualTo(5);
  }

  /**
   * Of each stretch as many count as its limit lets, whether they still lead to anything or not.
   */
  @Property(tries = 150, seed = "20261129")
  void aRateLimitIsChargedForWhateverItsShowsHaveReached(@ForAll long seed) {
    Random random = new Random(seed);
    int times = 1 + random.nextInt(4);
    int per = 1 + random.nextInt(300);
    int threshold = 1 + random.nextInt(3);
    TaskWorld world =
        new TaskWorld(
            """
            tasks:
            - id: talk
              title: Talk
              trigger: comment
              window: broadcast
              rate_limit: {times: %d, per: %ds}
              tiers: [{threshold: %d, rewards: [points: 5]}]
            """
                .formatted(times, per, threshold));
    Map<Long, Integer> charged = new TreeMap<>();
    Map<Integer, Integer> counted = new TreeMap<>();
    for (int i = 0; i < 80; i++) {
      Instant at = START.plusSeconds(random.nextInt(1_000));
      int show = random.nextInt(4);
      world.comment("anna", "show-" + show, at, "comment " + i);
      if (charged.merge(at.getEpochSecond() / per, 1, Integer::sum) <= times) {
        counted.merge(show, 1, Integer::sum);
      }
      long paid = counted.values().stream().filter(count -> count >= threshold).count();
      assertThat(world.points("anna")).as("comment %d", i).isEqualTo(5 * paid);
    }
  }

  @Example
  void textsThatReadTheSameAreOne() {
    TaskWorld world =
        new TaskWorld(
            """
            tasks:
            - id: texts
              title: Texts
              trigger: comment
              count: distinct_texts
              tiers: [{threshold: 2, rewards: [points: 1]}]
            """);
    for (String text :
        List.of(
            "damn",
            "d a m n",
            "DAMN",
            "ｄａｍｎ",
            "da\u3000mn",
            "da\u00a0mn",
            "da\u200bmn",
            "damn\ufe0f",
            "",
            " ",
            "\u200b\u200d\ufe0f",
            "\u3164")) {
      world.comment("anna", "b1", START, text);
    }
    assertThat(world.points("anna")).isZero();
    world.comment("anna", "b1", START, "dämn");
    assertThat(world.points("anna")).isEqualTo(1);
  }

  @Example
  void sumsHoldWhateverIsAddedToThem() {
    TaskWorld world =
        new TaskWorld(
            """
            tasks:
            - id: spend
              title: Spend
              trigger: order
              count: amount
              repeat: true
              tiers: [{threshold: 1, rewards: [experience: 1000000000]}]
            """);
    for (int i = 0; i < 12; i++) {
      world.order("anna", START.plusSeconds(i), 1_000_000_000_000L);
    }
    assertThat(world.profile("anna").getExperience()).isEqualTo(Long.MAX_VALUE);
  }

  /** Of whatever amounts, each sum is the true one, or the greatest number where that is less. */
  @Property(tries = 200)
  void everySumIsTheTrueOneOrTheGreatestNumber(@ForAll long seed) {
    Random random = new Random(seed);
    TaskWorld world =
        new TaskWorld(
            """
            tasks:
            - {id: own, title: Own, trigger: order, count: amount, tiers: [{threshold: 1000000000000}]}
            - {id: all, title: All, trigger: order, count: amount, goal: room, tiers: [{threshold: 1000000000000}]}
            - {id: xp, title: Xp, trigger: order, count: amount, repeat: true, tiers: [{threshold: 1000, rewards: [experience: 1000000]}]}
            leaderboards:
            - {id: spent, title: {zh: 消费}, metric: {trigger: order, count: amount}, period: all_time}
            """);
    Map<String, BigInteger> sums = new TreeMap<>();
    BigInteger all = BigInteger.ZERO;
    BigInteger experience = BigInteger.ZERO;
    BigInteger thousands = BigInteger.ZERO;
    for (int i = 0; i < 12; i++) {
      String viewer = random.nextBoolean() ? "anna" : "bob";
      // Any length of a number is as likely as any other.
      long amount = random.nextLong() >>> (1 + random.nextInt(63));
      long score =
          world.order(viewer, START.plusSeconds(i), amount).stream()
              .filter(Fact::hasScoreMoved)
              .mapToLong(fact -> fact.getScoreMoved().getScore())
              .max()
              .orElse(0);
      BigInteger sum = sums.merge(viewer, BigInteger.valueOf(amount), BigInteger::add);
      all = all.add(BigInteger.valueOf(amount));
      if (viewer.equals("anna")) {
        thousands = thousands.add(BigInteger.valueOf(amount));
        BigInteger[] rounds = thousands.divideAndRemainder(BigInteger.valueOf(1_000));
        experience = experience.add(rounds[0].multiply(BigInteger.valueOf(1_000_000)));
        thousands = rounds[1];
      }
      if (amount > 0) {
        assertThat(score).as("score").isEqualTo(held(sum));
      }
      assertThat(world.profile(viewer).getOrderedMinor()).as("ordered").isEqualTo(held(sum));
      assertThat(world.profile("anna").getExperience())
          .as("experience")
          .isEqualTo(held(experience));
      assertThat(world.goal("all")).as("goal").isLessThanOrEqualTo(held(all)).isNotNegative();
    }
    long anna = held(sums.getOrDefault("anna", BigInteger.ZERO));
    long own = world.count("anna", "own");
    assertThat(own).as("counted until the tier was reached").isBetween(0L, anna);
    assertThat(own >= 1_000_000_000_000L).isEqualTo(anna >= 1_000_000_000_000L);
  }

  @Example
  void aLikeWithoutABroadcastCountsWhereFiguresCountIt() {
    TaskWorld world = new TaskWorld(BY_BROADCAST);
    world.comment("anna", "", START, "one");
    world.comment("anna", "", START.plusSeconds(1), "two");
    assertThat(world.points("anna")).isEqualTo(5);
  }

  /** The same traffic comes to the same points, in whatever order it arrives within a week. */
  @Property(tries = 60)
  void trafficComesToTheSamePointsInAnyOrder(@ForAll long seed) {
    Random random = new Random(seed);
    List<int[]> traffic = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      traffic.add(
          new int[] {
            random.nextInt(3), random.nextInt(6 * 86_400), 1 + random.nextInt(4), random.nextInt(2)
          });
    }
    Map<String, Long> inOrder = null;
    for (int order = 0; order < 3; order++) {
      Collections.shuffle(traffic, random);
      TaskWorld world =
          new TaskWorld(
              """
              time_zone: UTC
              tasks:
              - {id: daily, title: Daily, trigger: like, window: day, tiers: [{threshold: 3, rewards: [points: 5]}, {threshold: 9, rewards: [points: 11]}]}
              - {id: weekly, title: Weekly, trigger: like, window: week, repeat: true, tiers: [{threshold: 7, rewards: [points: 2]}]}
              - {id: show, title: Show, trigger: comment, window: broadcast, tiers: [{threshold: 4, rewards: [points: 3]}]}
              - {id: slow, title: Slow, trigger: like, rate_limit: {times: 2, per: 300s}, repeat: true, tiers: [{threshold: 5, rewards: [points: 1]}]}
              - {id: days, title: Days, trigger: comment, count: distinct_days, tiers: [{threshold: 4, rewards: [points: 13]}]}
              """);
      for (int[] one : traffic) {
        Instant at = START.plusSeconds(one[1]);
        String viewer = "viewer-" + one[0];
        if (one[3] == 0) {
          world.like(viewer, "show-" + one[1] / 40_000, at, one[2]);
        } else {
          world.comment(viewer, "show-" + one[1] / 40_000, at, "text " + one[1]);
        }
      }
      inOrder = inOrder == null ? world.points() : inOrder;
      assertThat(world.points()).isEqualTo(inOrder);
    }
  }

  /**
   * Who contributed to a goal of the room is told by the times of events, however they are sent.
   */
  @Property(tries = 60)
  void whoContributedToARoomsGoalIsTheSameInAnyOrder(@ForAll long seed) {
    Random random = new Random(seed);
    List<int[]> likes = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      likes.add(new int[] {random.nextInt(30), random.nextInt(3_000), 1 + random.nextInt(3)});
    }
    List<int[]> inOrder = new ArrayList<>(likes);
    inOrder.sort(Comparator.comparingInt(like -> like[1]));
    Set<String> expected = new TreeSet<>();
    int count = 0;
    int reached = Integer.MAX_VALUE;
    for (int[] like : inOrder) {
      count += like[2];
      reached = count >= 60 ? Math.min(reached, like[1]) : reached;
      if (like[1] <= reached) {
        expected.add("viewer-" + like[0]);
      }
    }
    for (int order = 0; order < 3; order++) {
      TaskWorld world =
          new TaskWorld(
              "tasks:\n- {id: goal, title: Goal, trigger: like, goal: room, tiers: [{threshold: 60,"
                  + " rewards: [points: 1]}]}\n");
      for (int[] like : likes) {
        world.like("viewer-" + like[0], "b1", START.plusSeconds(like[1]), like[2]);
      }
      assertThat(world.contributorsOf("goal")).isEqualTo(expected);
      Collections.shuffle(likes, random);
    }
  }

  private static List<PassReason> passedOver(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasTaskPassedOver)
        .map(Fact::getTaskPassedOver)
        .map(TaskPassedOver::getReason)
        .toList();
  }

  private static long held(BigInteger sum) {
    return sum.min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact();
  }

  private static Instant day(int days) {
    return START.plus(Duration.ofDays(days));
  }

  private static String likes(String tiers) {
    return "tasks:\n- {id: like, title: Like, trigger: like, tiers: [" + tiers + "]}\n";
  }
}
