package io.flywheel.level;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.Findings;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Cause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.ExperienceReward;
import io.flywheel.v1.Fact;
import io.flywheel.v1.PrivilegeReward;
import io.flywheel.v1.ProgramMistake;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.SeasonMoved;
import io.flywheel.v1.SeasonRewardState;
import io.flywheel.v1.SeasonStanding;
import io.flywheel.v1.SeasonTrack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** How seasons count, open, pay and end, without a database. */
final class SeasonRulesTest {
  private static final Instant NOVEMBER = Instant.parse("2026-11-10T12:00:00Z");

  /** The season's end, and five minutes: midnight in Shanghai. */
  private static final Instant SETTLED = Instant.parse("2026-11-30T16:05:00Z");

  private static final String MONTHLY =
      """
      name: seasons
      mall:
        items:
          - id: pass
            title: 通行证
            price: {points: 1}
            rewards: [{privilege: {privilege_id: pass, valid_for: 60d}}]
      seasons:
        - id: month
          title: 月赛季
          period: month
          paid_privilege_id: pass
          payout: on_claim
          tiers:
            - {id: one, experience: 10, rewards: [{points: 1}], paid_rewards: [{points: 100}]}
            - {id: two, experience: 20, rewards: [{points: 2}], paid_rewards: [{points: 200}]}
            - {id: three, experience: 50, paid_rewards: [{points: 300}]}
      """;

  private final Seasons seasons = TestPrograms.instance(Seasons.class);
  private final RecordingTurn turn =
      new RecordingTurn(compile(MONTHLY), new ViewerKey("shop", "anna"), TestPrograms.reactors());

  /** What tiers gave so far. */
  private final List<String> paid = new ArrayList<>();

  /** The number of the viewer's latest grant. */
  private long grants;

  @Test
  void experienceBringsTiersThatWaitToBeClaimed() {
    assertThat(standing().getNumber()).isZero();
    List<Fact> facts = learn(NOVEMBER, 25);
    assertThat(moved(facts)).containsExactly("month 2026-11: 0 to 2");
    assertThat(given(facts)).isEmpty();
    SeasonStanding standing = standing();
    assertThat(standing.getExperience()).isEqualTo(25);
    assertThat(standing.getStartsAt()).isEqualTo(Timestamps.parseUnchecked("2026-10-31T16:00:00Z"));
    assertThat(standing.getEndsAt()).isEqualTo(Timestamps.parseUnchecked("2026-11-30T16:00:00Z"));
    assertThat(states(standing))
        .containsExactly("one claimable/locked", "two claimable/locked", "three -/locked");
    assertThat(given(claim(NOVEMBER, "two", SeasonTrack.SEASON_TRACK_UNSPECIFIED)))
        .containsExactly("2026-11 free two 2");
    assertThat(given(claim(NOVEMBER, "", SeasonTrack.SEASON_TRACK_UNSPECIFIED)))
        .containsExactly("2026-11 free one 1");
    assertThat(states(standing()))
        .containsExactly("one given/locked", "two given/locked", "three -/locked");
  }

  @Test
  void aClaimOfWhatDoesNotWaitIsRefusedWithTheReason() {
    assertRefused(
        ErrorReason.ERROR_REASON_TIER_NOT_REACHED,
        () -> claim(NOVEMBER, "one", SeasonTrack.SEASON_TRACK_FREE));
    learn(NOVEMBER, 10);
    assertRefused(
        ErrorReason.ERROR_REASON_TIER_NOT_REACHED,
        () -> claim(NOVEMBER, "two", SeasonTrack.SEASON_TRACK_FREE));
    assertRefused(
        ErrorReason.ERROR_REASON_TRACK_LOCKED,
        () -> claim(NOVEMBER, "one", SeasonTrack.SEASON_TRACK_PAID));
    claim(NOVEMBER, "one", SeasonTrack.SEASON_TRACK_FREE);
    assertRefused(
        ErrorReason.ERROR_REASON_ALREADY_CLAIMED,
        () -> claim(NOVEMBER, "one", SeasonTrack.SEASON_TRACK_FREE));
    assertRefused(
        ErrorReason.ERROR_REASON_SEASON_NOT_FOUND,
        () ->
            turn.run(
                NOVEMBER, new SeasonReactor.Claim("other", "", "", SeasonTrack.SEASON_TRACK_FREE)));
  }

  @Test
  void aPaidTrackThatIsBoughtLateGivesTheEarlierTiersOnce() {
    learn(NOVEMBER, 20);
    claim(NOVEMBER, "one", SeasonTrack.SEASON_TRACK_FREE);
    assertThat(moved(buy(NOVEMBER, ""))).containsExactly("month 2026-11: 2 to 2, open");
    assertThat(given(claim(NOVEMBER, "", SeasonTrack.SEASON_TRACK_UNSPECIFIED)))
        .containsExactly("2026-11 paid one 100", "2026-11 free two 2", "2026-11 paid two 200");
    buy(NOVEMBER, "");
    assertRefused(
        ErrorReason.ERROR_REASON_ALREADY_CLAIMED,
        () -> claim(NOVEMBER, "", SeasonTrack.SEASON_TRACK_PAID));
    learn(NOVEMBER, 30);
    assertThat(given(claim(NOVEMBER, "three", SeasonTrack.SEASON_TRACK_PAID)))
        .containsExactly("2026-11 paid three 300");
  }

  @Test
  void whoHoldsThePassFromBeforeHasTheNextSeasonOpenToo() {
    buy(NOVEMBER, "");
    Instant december = Instant.parse("2026-12-02T00:00:00Z");
    turn.settle(december);
    assertThat(moved(learn(december, 10))).containsExactly("month 2026-12: 0 to 1, open");
    Instant ended = Instant.parse("2027-02-02T00:00:00Z");
    turn.settle(ended);
    assertThat(moved(learn(ended, 10))).containsExactly("month 2027-02: 0 to 1");
  }

  @Test
  void aRefundOfThePassClosesTheTrackAndABuyerOfASecondOneIsNotPaidTwice() {
    learn(NOVEMBER, 10);
    buy(NOVEMBER, "order-7");
    long pass = grants;
    List<Fact> facts = claim(NOVEMBER, "one", SeasonTrack.SEASON_TRACK_PAID);
    assertThat(facts)
        .filteredOn(Fact::hasRewardGiven)
        .singleElement()
        .satisfies(fact ->
            assertThat(fact.getRewardGiven().getCause().getOrderId())
                .as("so that the order's refund takes it back")
                .isEqualTo("order-7"));
    learn(NOVEMBER, 10);
    assertThat(moved(revoke(NOVEMBER, pass, privilege()))).containsExactly("month 2026-11: 2 to 2");
    assertRefused(
        ErrorReason.ERROR_REASON_TRACK_LOCKED,
        () -> claim(NOVEMBER, "two", SeasonTrack.SEASON_TRACK_PAID));
    buy(NOVEMBER, "order-8");
    assertThat(given(claim(NOVEMBER, "", SeasonTrack.SEASON_TRACK_PAID)))
        .containsExactly("2026-11 paid two 200");
  }

  @Test
  void aPassThatWasRefundedOpensNothingForWhatIsToldLate() {
    learn(NOVEMBER, 1);
    buy(NOVEMBER, "");
    revoke(NOVEMBER.plusSeconds(10), grants, privilege());
    Fact late = learned(10);
    assertThat(moved(turn.runLate(NOVEMBER.plusSeconds(5), NOVEMBER.plusSeconds(11), late)))
        .containsExactly("month 2026-11: 0 to 1");
  }

  @Test
  void ofTwoPassesTheOtherKeepsTheTrackOpen() {
    learn(NOVEMBER, 10);
    buy(NOVEMBER, "");
    long first = grants;
    buy(NOVEMBER, "");
    assertThat(moved(revoke(NOVEMBER, first, privilege()))).isEmpty();
    assertThat(standing().getPaidOpen()).isTrue();
    assertThat(moved(revoke(NOVEMBER, grants, privilege()))).hasSize(1);
    assertThat(standing().getPaidOpen()).isFalse();
  }

  @Test
  void whatIsNotClaimedIsGivenAtTheEndAlsoAfterADowntimeOnce() {
    learn(NOVEMBER, 20);
    claim(NOVEMBER, "one", SeasonTrack.SEASON_TRACK_FREE);
    buy(NOVEMBER, "");
    turn.settle(SETTLED.minusMillis(1));
    assertThat(points()).isEqualTo(1);
    turn.settleLate(Instant.parse("2027-01-20T00:00:00Z"));
    assertThat(points()).isEqualTo(1 + 100 + 2 + 200);
    assertThat(turn.followUps()).noneMatch(left -> left.body() instanceof SettleSeason);
    turn.run(SETTLED, SettleSeason.newBuilder().setSeasonId("month").setPeriod("2026-11").build());
    assertThat(points()).as("told twice").isEqualTo(303);
    assertThat(seasons.list(at(SETTLED)))
        .extracting(SeasonStanding::getPeriod)
        .containsExactly("2026-12");
  }

  @Test
  void whatComesLateCountsByItsTimeUntilTheLatenessHasPassed() {
    Instant last = Instant.parse("2026-11-30T15:59:00Z");
    learn(last, 9);
    learn(Instant.parse("2026-11-30T16:01:00Z"), 5);
    assertThat(moved(learn(last, 1))).containsExactly("month 2026-11: 0 to 1");
    assertThat(seasons.list(at(Instant.parse("2026-11-30T16:02:00Z"))))
        .extracting(SeasonStanding::getPeriod, SeasonStanding::getExperience)
        .containsExactly(tuple("2026-11", 10L), tuple("2026-12", 5L));
    turn.settle(SETTLED);
    assertThat(points()).isEqualTo(1);
    assertThat(moved(turn.runLate(last, SETTLED, learned(40)))).as("too late").isEmpty();
    assertThat(points()).isEqualTo(1);
    turn.setViewer(new ViewerKey("shop", "ben"));
    assertThat(moved(turn.runLate(last, SETTLED.minusMillis(1), learned(10)))).hasSize(1);
    turn.setViewer(new ViewerKey("shop", "carl"));
    assertThat(moved(turn.runLate(last, SETTLED, learned(10)))).as("too late").isEmpty();
  }

  @Test
  void whatIsTakenBackLowersTheSeasonInWhichItWasGivenAndPaysNoTierTwice() {
    learn(NOVEMBER, 20);
    long first = grants;
    claim(NOVEMBER, "one", SeasonTrack.SEASON_TRACK_FREE);
    assertThat(moved(revoke(NOVEMBER, first, experience(15))))
        .containsExactly("month 2026-11: 2 to 0");
    assertThat(standing().getExperience()).isEqualTo(5);
    assertRefused(
        ErrorReason.ERROR_REASON_TIER_NOT_REACHED,
        () -> claim(NOVEMBER, "two", SeasonTrack.SEASON_TRACK_FREE));
    assertThat(moved(learn(NOVEMBER, 15))).containsExactly("month 2026-11: 0 to 2");
    assertThat(given(claim(NOVEMBER, "", SeasonTrack.SEASON_TRACK_FREE)))
        .containsExactly("2026-11 free two 2");
    Instant december = Instant.parse("2026-12-05T00:00:00Z");
    turn.settle(december);
    learn(december, 30);
    assertThat(moved(revoke(december, first, experience(5))))
        .as("November is settled, and December has nothing to do with it")
        .isEmpty();
    assertThat(moved(revoke(december, grants, experience(15))))
        .containsExactly("month 2026-12: 2 to 1");
  }

  @Test
  void otherVersionsNeitherPayATierTwiceNorTakeWhatWasReached() {
    learn(NOVEMBER, 20);
    claim(NOVEMBER, "one", SeasonTrack.SEASON_TRACK_FREE);
    turn.setProgram(
        compile(
            MONTHLY
                .replace(
                    "{id: one, experience: 10,",
                    "{id: zero, experience: 5, rewards: [{points: 7}]}\n      - {id: one, experience: 12,")
                .replace(
                    "{id: two, experience: 20, rewards: [{points: 2}]",
                    "{id: two, experience: 40, rewards: [{points: 9}]")));
    assertThat(standing().getNumber()).as("nobody is demoted").isEqualTo(2);
    learn(NOVEMBER, 1);
    assertThat(given(claim(NOVEMBER, "", SeasonTrack.SEASON_TRACK_UNSPECIFIED)))
        .as("two is owed as it was when it was reached")
        .containsExactlyInAnyOrder("2026-11 free zero 7", "2026-11 free two 2");
    learn(NOVEMBER, 30);
    turn.setProgram(compile("name: without"));
    turn.settle(SETTLED);
    assertThat(points()).as("nothing was left but the closed track").isEqualTo(1 + 7 + 2);
  }

  @Test
  void aSeasonThatTheProgramHasNoMoreStillGivesWhatWasReached() {
    learn(NOVEMBER, 20);
    turn.setProgram(compile("name: without"));
    learn(NOVEMBER, 50);
    turn.settle(SETTLED);
    assertThat(points()).isEqualTo(3);
  }

  @Test
  void aSeasonOfItsOwnDatesPaysAtOnceAndCanBePutOff() {
    String document =
        """
        name: fixed
        seasons:
          - id: winter
            title: 冬季
            starts_at: 2026-11-05T00:00:00Z
            ends_at: 2026-11-20T00:00:00Z
            lateness: 1h
            tiers: [{id: one, experience: 10, rewards: [{points: 4}]}]
        """;
    turn.setProgram(compile(document));
    assertThat(given(learn(Instant.parse("2026-11-04T23:59:59Z"), 10))).isEmpty();
    assertThat(given(learn(Instant.parse("2026-11-05T00:00:00Z"), 10)))
        .containsExactly("season:1793836800 free one 4");
    assertThat(given(learn(Instant.parse("2026-11-19T23:59:59Z"), 10))).isEmpty();
    turn.setProgram(compile(document.replace("ends_at: 2026-11-20", "ends_at: 2026-11-25")));
    turn.settle(Instant.parse("2026-11-24T00:00:00Z"));
    assertThat(seasons.list(at(Instant.parse("2026-11-24T00:00:00Z"))))
        .singleElement()
        .satisfies(season -> assertThat(season.getExperience()).isEqualTo(20));
    turn.settle(Instant.parse("2026-11-25T01:00:00Z"));
    assertThat(seasons.list(at(Instant.parse("2026-11-25T01:00:00Z")))).isEmpty();
    assertThat(points()).isEqualTo(4);
  }

  @Test
  void aQuarterIsThreeMonthsOfTheMerchantsCalendar() {
    turn.setProgram(compile(MONTHLY.replace("period: month", "period: quarter")));
    assertThat(moved(learn(Instant.parse("2026-12-31T15:59:59Z"), 10)))
        .containsExactly("month 2026-Q4: 0 to 1");
    assertThat(moved(learn(Instant.parse("2026-12-31T16:00:00Z"), 10)))
        .containsExactly("month 2027-Q1: 0 to 1");
    assertThat(standing().getEndsAt()).isEqualTo(Timestamps.parseUnchecked("2027-03-31T16:00:00Z"));
  }

  @Test
  void whatComesLateForASeasonThatIsForgottenPaysNothing() {
    learn(NOVEMBER, 20);
    for (int month = 1; month <= 14; month++) {
      Instant at = NOVEMBER.plus(Duration.ofDays(31L * month));
      turn.settle(at);
      learn(at, 10);
    }
    assertThat(turn.get(TestPrograms.instance(SeasonSlice.class)).getSeasonsList())
        .hasSize(13)
        .noneMatch(record -> record.getPeriod().equals("2026-11"));
    long before = points();
    Instant now = NOVEMBER.plus(Duration.ofDays(31L * 14));
    assertThat(moved(turn.runLate(NOVEMBER, now, learned(20)))).isEmpty();
    turn.settle(now.plus(Duration.ofDays(1)));
    assertThat(turn.profileNow().getPoints()).isEqualTo(before);
  }

  /**
   * A plain model beside the rules: sums by month, and sets of what may have been paid. What was
   * given is told late and in any order, tasks are run again, claims are tried at random.
   */
  @Test
  void whateverTheOrderEachTrackOfATierIsPaidOnceAndAllThatWasReachedIs() {
    for (int seed = 0; seed < 300; seed++) {
      new Run(seed).run();
    }
  }

  /** One random run of a viewer. */
  private static final class Run {
    private static final Map<String, Long> ASKED = Map.of("one", 10L, "two", 20L, "three", 50L);
    private static final List<String> MONTHS = List.of("2026-11", "2026-12");

    private final SeasonRulesTest test = new SeasonRulesTest();
    private final Random random;
    private final int seed;
    private Instant now = Instant.EPOCH;
    private final Map<String, Long> sums = new HashMap<>();
    private final Map<Long, String> monthOf = new HashMap<>();
    private final Map<Long, Long> left = new HashMap<>();
    private final Map<String, Set<String>> everReached = new HashMap<>();
    private final Set<Long> passes = new HashSet<>();
    private final Set<String> everOpen = new HashSet<>();

    Run(int seed) {
      this.seed = seed;
      this.random = new Random(seed);
    }

    void run() {
      List<Instant> times = new ArrayList<>();
      Instant end = Instant.parse("2026-11-30T16:00:00Z");
      for (int i = 0; i < 12; i++) {
        times.add(end.plusSeconds(random.nextInt(-280, 280)));
      }
      Collections.shuffle(times, random); // all within the lateness: in any order
      for (Instant at : times) {
        step(at);
      }
      check("before the end", false);
      SettleSeason again =
          SettleSeason.newBuilder().setSeasonId("month").setPeriod("2026-11").build();
      boolean wasDown = random.nextBoolean();
      test.note(
          wasDown
              ? test.turn.settleLate(Instant.parse("2027-03-01T00:00:00Z"))
              : test.turn.settle(SETTLED));
      test.note(test.turn.run(SETTLED, again));
      test.note(test.turn.settle(Instant.parse("2027-02-01T00:00:00Z")));
      check("in the end", true);
    }

    private void step(Instant at) {
      String month = monthOf(at);
      now = at.isAfter(now) ? at : now;
      switch (random.nextInt(8)) {
        case 0 -> {
          tell(at, bought(""));
          passes.add(test.grants);
          monthOf.put(test.grants, month);
          everOpen.add(month);
        }
        case 1 -> {
          if (!passes.isEmpty()) {
            long pass = passes.iterator().next();
            passes.remove(pass);
            tell(at, revoked(pass, privilege()));
          }
        }
        case 2 -> {
          List<Long> grants = new ArrayList<>(left.keySet());
          grants.removeIf(grant -> left.getOrDefault(grant, 0L) == 0);
          if (!grants.isEmpty()) {
            long grant = grants.get(random.nextInt(grants.size()));
            long part = 1 + random.nextLong(left.getOrDefault(grant, 0L));
            left.merge(grant, -part, Long::sum);
            sums.merge(monthOf.get(grant), -part, Long::sum);
            tell(at, revoked(grant, experience(part)));
          }
        }
        case 3 -> {
          if (!passes.isEmpty()) {
            everOpen.add(monthOf(now));
          }
          try {
            test.claim(now, "", SeasonTrack.SEASON_TRACK_UNSPECIFIED);
          } catch (ServiceException nothingWaits) {
            assertThat(nothingWaits.reason())
                .isIn(
                    ErrorReason.ERROR_REASON_TIER_NOT_REACHED,
                    ErrorReason.ERROR_REASON_TRACK_LOCKED,
                    ErrorReason.ERROR_REASON_ALREADY_CLAIMED);
          }
        }
        default -> {
          long amount = 1L + random.nextInt(20);
          tell(at, learned(amount));
          monthOf.put(test.grants, month);
          left.put(test.grants, amount);
          sums.merge(month, amount, Long::sum);
          if (!passes.isEmpty()) {
            everOpen.add(month);
          }
        }
      }
      for (String each : MONTHS) {
        everReached.computeIfAbsent(each, unused -> new TreeSet<>()).addAll(reached(each));
      }
    }

    private void tell(Instant at, Fact fact) {
      test.note(test.turn.runLate(at, now, fact));
    }

    private static String monthOf(Instant at) {
      return at.isBefore(Instant.parse("2026-11-30T16:00:00Z")) ? "2026-11" : "2026-12";
    }

    private Set<String> reached(String month) {
      Set<String> reached = new TreeSet<>();
      ASKED.forEach((tier, asked) -> {
        if (sums.getOrDefault(month, 0L) >= asked) {
          reached.add(tier);
        }
      });
      return reached;
    }

    private void check(String when, boolean ended) {
      String as = "seed " + seed + " " + when;
      assertThat(test.paid).as(as).doesNotHaveDuplicates();
      for (String month : MONTHS) {
        for (String tier : ASKED.keySet()) {
          boolean free =
              test.paid.stream().anyMatch(one -> one.startsWith(month + " free " + tier));
          boolean paid =
              test.paid.stream().anyMatch(one -> one.startsWith(month + " paid " + tier));
          if (free || paid) {
            assertThat(everReached.get(month)).as(as).contains(tier);
          }
          if (paid) {
            assertThat(everOpen).as(as).contains(month);
          }
          if (ended && reached(month).contains(tier) && !tier.equals("three")) {
            assertThat(free).as("%s: free %s of %s", as, tier, month).isTrue();
          }
          if (ended && reached(month).contains(tier) && stillOpen(month)) {
            assertThat(paid).as("%s: paid %s of %s", as, tier, month).isTrue();
          }
        }
      }
    }

    /** Whether a pass that was bought in the month was never refunded. */
    private boolean stillOpen(String month) {
      return passes.stream().anyMatch(pass -> month.equals(monthOf.get(pass)));
    }
  }

  @Test
  void aSeasonThatHasBegunKeepsItsPeriodAndBeginning() {
    String document =
        """
        name: fixed
        seasons:
          - id: winter
            title: 冬季
            starts_at: 2026-11-05T00:00:00Z
            ends_at: 2026-11-20T00:00:00Z
            tiers: [{id: one, experience: 10}]
        """;
    assertThat(changes(document, document, NOVEMBER)).isEmpty();
    assertThat(changes(document, document.replace("2026-11-05", "2026-11-06"), NOVEMBER))
        .containsExactly(
            "seasons[0].starts_at: 2026-11-06T00:00:00Z (expected: 2026-11-05T00:00:00Z, for it has"
                + " begun; another season has another id)");
    assertThat(
            changes(
                document,
                document.replace("2026-11-05", "2026-11-06"),
                Instant.parse("2026-11-04T00:00:00Z")))
        .isEmpty();
    assertThat(changes(document, document.replace("2026-11-20", "2026-11-08"), NOVEMBER))
        .containsExactly(
            "seasons[0].ends_at: 2026-11-08T00:00:00Z (expected: a time to come, for the season has"
                + " begun)");
    assertThat(changes(document, document.replace("2026-11-20", "2026-11-30"), NOVEMBER)).isEmpty();
    assertThat(changes(MONTHLY, MONTHLY.replace("period: month", "period: quarter"), NOVEMBER))
        .containsExactly(
            "seasons[0].period: quarter (expected: month, for it has begun; another season has"
                + " another id)");
    assertThat(changes(MONTHLY, "name: without", NOVEMBER)).isEmpty();
  }

  private static List<String> changes(String before, String after, Instant now) {
    Findings findings = new Findings();
    TestPrograms.all()
        .checkChange(
            TestPrograms.check(before).orThrow(),
            TestPrograms.check(after).orThrow(),
            now,
            findings);
    return findings.mistakes().stream()
        .map((ProgramMistake mistake) -> mistake.getPath() + ": " + mistake.getMessage())
        .toList();
  }

  private List<Fact> learn(Instant at, long experience) {
    return note(turn.run(at, learned(experience)));
  }

  private List<Fact> buy(Instant at, String orderId) {
    return note(turn.run(at, bought(orderId)));
  }

  private static Fact bought(String orderId) {
    return Fact.newBuilder()
        .setRewardGiven(
            RewardGiven.newBuilder()
                .setReward(privilege())
                .setCause(Cause.newBuilder().setOrderId(orderId)))
        .build();
  }

  private List<Fact> revoke(Instant at, long grant, Reward part) {
    return note(turn.run(at, revoked(grant, part)));
  }

  private static Fact revoked(long grant, Reward part) {
    return Fact.newBuilder()
        .setRewardRevoked(RewardRevoked.newBuilder().setNumber(grant).setPart(part))
        .build();
  }

  private List<Fact> claim(Instant at, String tierId, SeasonTrack track) {
    return note(turn.run(at, new SeasonReactor.Claim("month", "", tierId, track)));
  }

  private static void assertRefused(ErrorReason reason, Runnable refused) {
    assertThatExceptionOfType(ServiceException.class)
        .isThrownBy(refused::run)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private List<Fact> note(List<Fact> facts) {
    for (Fact fact : facts) {
      grants = Math.max(grants, fact.getGrantIssued().getGrant().getGrantNumber());
    }
    paid.addAll(given(facts));
    return facts;
  }

  private static Fact learned(long experience) {
    return Fact.newBuilder()
        .setRewardGiven(RewardGiven.newBuilder().setReward(experience(experience)))
        .build();
  }

  private static Reward experience(long amount) {
    return Reward.newBuilder()
        .setExperience(ExperienceReward.newBuilder().setAmount(amount))
        .build();
  }

  private static Reward privilege() {
    return Reward.newBuilder()
        .setPrivilege(
            PrivilegeReward.newBuilder().setPrivilegeId("pass").setValidFor(Durations.fromDays(60)))
        .build();
  }

  private RecordingTurn at(Instant at) {
    turn.setAt(at);
    return turn;
  }

  private SeasonStanding standing() {
    return seasons.list(turn).getLast();
  }

  private long points() {
    return turn.profileNow().getPoints();
  }

  private static List<String> states(SeasonStanding standing) {
    return standing.getTiersList().stream()
        .map(tier ->
            "%s %s/%s"
                .formatted(tier.getTierId(), word(tier.getState()), word(tier.getPaidState())))
        .toList();
  }

  private static String word(SeasonRewardState state) {
    return state == SeasonRewardState.SEASON_REWARD_STATE_UNSPECIFIED
        ? "-"
        : state.name().substring("SEASON_REWARD_STATE_".length()).toLowerCase(Locale.ROOT);
  }

  private static List<String> moved(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasSeasonMoved)
        .map(Fact::getSeasonMoved)
        .map(SeasonRulesTest::words)
        .toList();
  }

  private static String words(SeasonMoved moved) {
    return "%s %s: %d to %d%s%s"
        .formatted(
            moved.getSeasonId(),
            moved.getPeriod(),
            moved.getFormerNumber(),
            moved.getNumber(),
            moved.getPaidOpen() ? ", open" : "",
            moved.getEnded() ? ", ended" : "");
  }

  /** What tiers gave. */
  private static List<String> given(List<Fact> facts) {
    return facts.stream()
        .filter(fact -> fact.hasRewardGiven() && fact.getRewardGiven().getCause().hasSeason())
        .map(Fact::getRewardGiven)
        .map(given ->
            "%s %s %s %d"
                .formatted(
                    given.getCause().getSeason().getPeriod(),
                    given.getCause().getSeason().getTrack() == SeasonTrack.SEASON_TRACK_PAID
                        ? "paid"
                        : "free",
                    given.getCause().getSeason().getTierId(),
                    given.getReward().getPoints().getAmount()))
        .toList();
  }

  private static CompiledProgram compile(String document) {
    return TestPrograms.compile(TestPrograms.check(document).orThrow());
  }
}
