package io.flywheel.lottery;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.program.Findings;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Draw;
import io.flywheel.v1.DrawProof;
import io.flywheel.v1.DrawResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import io.flywheel.v1.LotteryView;
import io.flywheel.v1.PointsEntryKind;
import io.flywheel.v1.PointsReward;
import io.flywheel.v1.PrizeView;
import io.flywheel.v1.PrizeWeight;
import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramMistake;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.WithdrawLotteryResponse;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What draws cost, win and prove, without a database. */
final class LotteryRulesTest {
  private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");
  private static final byte[] SECRET = "a secret of 32 bytes, as it were".getBytes(US_ASCII);

  private static final String PROGRAM =
      """
      name: lotteries
      time_zone: UTC
      tasks:
        - {id: two, title: Two, trigger: draw, tiers: [{threshold: 2, rewards: [points: 7]}]}
      lotteries:
        - id: wheel
          title: Wheel
          cost: {points: 10}
          starts_at: 2026-03-01T00:00:00Z
          ends_at: 2026-04-01T00:00:00Z
          organizer: Somebody
          delivery: At once
          limit: {count: 2, per: day}
          prizes:
            - {id: car, title: Car, odds: 600000, stock: 2, value_minor: 1000, rewards: [points: 500]}
            - {id: tea, title: Tea, odds: 400000, rewards: [points: 3]}
        - id: stingy
          title: Stingy
          cost: {points: 1}
          starts_at: 2026-03-01T00:00:00Z
          ends_at: 2026-04-01T00:00:00Z
          organizer: Somebody
          delivery: At once
          pity: {misses: 2, prize_id: sure}
          consolation: [freeze: 1]
          prizes:
            - {id: sure, title: Sure, odds: 1, rewards: [points: 100]}
        - id: vip
          title: VIP
          cost: {points: 1}
          starts_at: 2026-03-01T00:00:00Z
          ends_at: 2026-04-01T00:00:00Z
          organizer: Somebody
          delivery: At once
          audience: viewer.experience > 0
          limit: {count: 1}
          prizes: [{id: a, title: A, odds: 1000000, rewards: [points: 1]}]
      """;

  private final LotteryViews views = TestPrograms.instance(LotteryViews.class);
  private final RecordingTurn turn =
      new RecordingTurn(compile(PROGRAM), viewer("ann"), TestPrograms.reactors());

  LotteryRulesTest() {
    give("bob");
    give("ann");
  }

  @Test
  void aDrawUsesTheSeedThatWasCommittedToAndCanBeReckonedAgain() {
    LotteryView before = view("wheel", START);
    assertThat(before.getNextDrawId()).isEqualTo("1");
    List<Fact> facts = draw("wheel", "mine", before.getCommitment(), START);
    DrawResponse answer = turn.answer(DrawResponse.class);
    Draw draw = answer.getDraw();
    DrawProof proof = draw.getProof();
    assertThat(proof.getCommitment()).isEqualTo(before.getCommitment());
    assertThat(proof.getConfigurationHash()).isEqualTo(before.getConfigurationHash());
    assertThat(proof.getClientSeed()).isEqualTo("mine");
    assertThat(proof.getWeightsList().stream().map(PrizeWeight::getWeight))
        .containsExactly(600_000, 400_000);
    assertThat(draw.getDrawId()).isEqualTo("1");
    assertThat(draw.getViewerId()).isEqualTo("ann");
    assertThat(draw.getCost().getPoints().getAmount()).isEqualTo(10);
    assertThat(draw.getDrawnAt()).isEqualTo(Timestamps.fromMillis(START.toEpochMilli()));
    assertThat(draw.getPrizeId()).isEqualTo(proof.getNumber() < 600_000 ? "car" : "tea");
    assertThat(Proofs.verify(proof, draw.getPrizeId()).getValid()).isTrue();
    assertThat(facts.stream().map(Fact::getWhatCase).map(Enum::name))
        .containsSubsequence("PRICE_CHARGED", "DRAWN", "REWARD_GIVEN");
    facts.stream()
        .filter(Fact::hasRewardGiven)
        .forEach(fact ->
            assertThat(fact.getRewardGiven().getCause().getDraw().getDrawId()).isEqualTo("1"));
    assertThat(booked(facts)).containsExactly(-10L, draw.getPrizeId().equals("car") ? 500L : 3L);
    assertThat(answer.getFactsList()).isEqualTo(facts);
    assertThat(answer.getNextCommitment()).isEqualTo(view("wheel", START).getCommitment());
    assertThat(answer.getNextCommitment()).isNotEqualTo(before.getCommitment());
    assertThat(turn.rows(DrawAppender.Row.class))
        .containsExactly(new DrawAppender.Row(viewer("ann"), 1, draw));
    refused(
        ErrorReason.ERROR_REASON_COMMITMENT_USED,
        "expected_commitment",
        () -> draw("wheel", "mine", before.getCommitment(), START));
  }

  @Test
  void seedsOfOtherViewersLotteriesAndDrawsAreOthers() {
    assertThat(
            List.of(
                LotteryReactor.commitment(SECRET, viewer("ann"), "wheel", 1),
                LotteryReactor.commitment(SECRET, viewer("ann"), "wheel", 2),
                LotteryReactor.commitment(SECRET, viewer("bob"), "wheel", 1),
                LotteryReactor.commitment(SECRET, viewer("ann"), "stingy", 1),
                LotteryReactor.commitment(SECRET, new ViewerKey("sho", "pann"), "wheel", 1)))
        .doesNotHaveDuplicates();
  }

  @Test
  void aPrizeThatHasRunOutHasNoOddsAndWhatItHadWinsNothing() {
    int cars = 0;
    int draws = 0;
    for (int day = 0; cars < 2; day++) {
      assertThat(day).isLessThan(28);
      Instant at = START.plusSeconds(86_400L * day);
      draw("wheel", "s" + day, "", at);
      cars += turn.answer(DrawResponse.class).getDraw().getPrizeId().equals("car") ? 1 : 0;
      draws++;
      PrizeView car = view("wheel", at).getPrizes(0);
      assertThat(car.getLeft()).isEqualTo(2 - cars);
      assertThat(car.getOdds()).isEqualTo(cars == 2 ? 0 : 600_000);
    }
    assertThat(view("wheel", START).getNothingOdds()).isEqualTo(600_000);
    assertThat(view("wheel", START).getPrizes(1).getOdds()).isEqualTo(400_000);
    assertThat(view("wheel", START).getPrizes(1).hasLeft()).isFalse();
    // For others, too, and for as long as it lasts; one of the two hits what the car had.
    turn.setViewer(viewer("bob"));
    boolean missed = false;
    for (int day = 0; !missed; day++) {
      assertThat(day).isLessThan(28);
      Instant at = START.plusSeconds(86_400L * day);
      List<Fact> facts = draw("wheel", "t" + day, "", at);
      Draw draw = turn.answer(DrawResponse.class).getDraw();
      assertThat(draw.getPrizeId()).isIn("", "tea");
      assertThat(draw.getProof().getWeights(0).getWeight()).isZero();
      assertThat(Proofs.verify(draw.getProof(), draw.getPrizeId()).getValid()).isTrue();
      missed = draw.getPrizeId().isEmpty();
      assertThat(facts.stream().anyMatch(Fact::hasRewardGiven))
          .as("the wheel has no consolation, and a task pays for two draws")
          .isEqualTo(!missed || day == 1);
    }
    assertThat(draws).isGreaterThanOrEqualTo(2);
  }

  @Test
  void afterSoManyMissesOneIsSureAndMissesAreCountedAnew() {
    for (int round = 0; round < 2; round++) {
      for (int misses = 0; misses < 2; misses++) {
        assertThat(view("stingy", START).getMisses()).isEqualTo(misses);
        List<Fact> facts = draw("stingy", "x", "", START);
        Draw draw = turn.answer(DrawResponse.class).getDraw();
        assertThat(draw.getPrizeId()).isEmpty();
        assertThat(draw.getByPity()).isFalse();
        assertThat(draw.getProof().getMisses()).isEqualTo(misses);
        assertThat(facts.stream().filter(Fact::hasRewardGiven))
            .as("the consolation")
            .anySatisfy(fact -> assertThat(fact.getRewardGiven().getReward().hasFreeze()).isTrue());
      }
      List<Fact> facts = draw("stingy", "x", "", START);
      Draw sure = turn.answer(DrawResponse.class).getDraw();
      assertThat(sure.getPrizeId()).isEqualTo("sure");
      assertThat(sure.getByPity()).isTrue();
      assertThat(Proofs.verify(sure.getProof(), "sure").getValid()).isTrue();
      assertThat(Proofs.verify(sure.getProof(), "").getMistake())
          .isEqualTo("the draw wins sure, not nothing");
      assertThat(booked(facts)).contains(100L);
    }
    assertThat(view("stingy", START).getNothingOdds()).isEqualTo(999_999);
    assertThat(view("stingy", START).hasAllowed()).isFalse();
  }

  @Test
  void drawsAreLimitedInAStretchOfTimeAndCountedForTasks() {
    Instant midnight = Instant.parse("2026-03-03T00:00:00Z");
    draw("wheel", "a", "", START);
    assertThat(view("wheel", START).getAllowed()).isEqualTo(1);
    assertThat(booked(draw("wheel", "a", "", START))).as("the task's").contains(7L);
    assertThat(view("wheel", START).getAllowed()).isZero();
    assertThatThrownBy(() -> draw("wheel", "a", "", midnight.minusMillis(1)))
        .isInstanceOfSatisfying(
            ServiceException.class,
            e -> assertThat(e.reason()).isEqualTo(ErrorReason.ERROR_REASON_DRAW_LIMIT_REACHED))
        .hasMessageContaining("at most 2 draws");
    assertThat(view("wheel", midnight).getAllowed()).isEqualTo(2);
    draw("wheel", "a", "", midnight);
    assertThat(turn.answer(DrawResponse.class).getDraw().getDrawId()).isEqualTo("3");
    draw("stingy", "a", "", START);
    assertThat(view("wheel", midnight).getAllowed()).as("lotteries are apart").isEqualTo(1);
    assertThat(view("wheel", midnight).getNextDrawId()).isEqualTo("4");
    assertThat(view("stingy", midnight).getNextDrawId()).isEqualTo("2");
  }

  @Test
  void aLotteryIsOnFromItsBeginningToItsEndForThoseItIsFor() {
    Instant begins = Instant.parse("2026-03-01T00:00:00Z");
    Instant ends = Instant.parse("2026-04-01T00:00:00Z");
    refused(
        ErrorReason.ERROR_REASON_LOTTERY_CLOSED,
        "possible at 2026-03-01T00:00:00Z",
        () -> draw("wheel", "a", "", begins.minusMillis(1)));
    draw("wheel", "a", "", begins);
    draw("wheel", "a", "", ends.minusMillis(1));
    refused(
        ErrorReason.ERROR_REASON_LOTTERY_CLOSED,
        "it has ended",
        () -> draw("wheel", "a", "", ends));
    refused(
        ErrorReason.ERROR_REASON_NOT_ELIGIBLE,
        "lottery_id: vip",
        () -> draw("vip", "a", "", START));
    refused(
        ErrorReason.ERROR_REASON_LOTTERY_NOT_FOUND,
        "lottery_id: none",
        () -> draw("none", "a", "", START));
    assertThat(views.all(turn, SECRET).stream().map(one -> one.getLottery().getId()))
        .containsExactly("wheel", "stingy", "vip");
  }

  @Test
  void whatDoesNotAddUpIsNamed() {
    draw("wheel", "mine", "", START);
    Draw draw = turn.answer(DrawResponse.class).getDraw();
    DrawProof.Builder proof = draw.getProof().toBuilder();
    assertThat(Proofs.verify(proof.clone().setCommitment("00").build(), draw.getPrizeId()))
        .satisfies(answer -> {
          assertThat(answer.getValid()).isFalse();
          assertThat(answer.getMistake()).contains("server_seed");
        });
    PrizeWeight more = PrizeWeight.newBuilder().setPrizeId("x").setWeight(1).build();
    assertThat(Proofs.verify(proof.clone().addWeights(more).build(), draw.getPrizeId()))
        .satisfies(answer ->
            assertThat(answer.getMistake())
                .isEqualTo("the weights add up to 1000001, more than 1000000"));
    int other = (draw.getProof().getNumber() + 1) % 1_000_000;
    assertThat(
            Proofs.verify(proof.clone().setNumber(other).build(), draw.getPrizeId()).getMistake())
        .isEqualTo("the seeds come to %d, not %d".formatted(draw.getProof().getNumber(), other));
    assertThat(Proofs.verify(draw.getProof(), "").getMistake())
        .isEqualTo("the draw wins %s, not nothing".formatted(draw.getPrizeId()));
    assertThat(Proofs.verify(draw.getProof(), "").getPrizeId()).isEqualTo(draw.getPrizeId());
    assertThat(Proofs.verify(draw.getProof(), "").getNumber())
        .isEqualTo(draw.getProof().getNumber());
  }

  @Test
  void aNumberWinsThePrizeInWhoseShareItLies() {
    List<PrizeWeight> weights =
        List.of(
            PrizeWeight.newBuilder().setPrizeId("a").setWeight(10).build(),
            PrizeWeight.newBuilder().setPrizeId("none").setWeight(0).build(),
            PrizeWeight.newBuilder().setPrizeId("b").setWeight(5).build());
    assertThat(Proofs.prizeOf(0, weights)).isEqualTo("a");
    assertThat(Proofs.prizeOf(9, weights)).isEqualTo("a");
    assertThat(Proofs.prizeOf(10, weights)).isEqualTo("b");
    assertThat(Proofs.prizeOf(14, weights)).isEqualTo("b");
    assertThat(Proofs.prizeOf(15, weights)).isEmpty();
  }

  /** Each line makes one change to the wheel, and names the field that entrants were promised. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cost: {points: 10} | cost: {points: 9} | cost",
        "limit: {count: 2, per: day} | limit: {count: 3, per: day} | limit",
        "starts_at: 2026-03-01T00:00:00Z | starts_at: 2026-03-01T00:00:01Z | starts_at",
        "ends_at: 2026-04-01T00:00:00Z | ends_at: 2026-03-31T23:59:59Z | ends_at",
        "organizer: Somebody | organizer: Somebody else | organizer",
        "id: car | id: bus | prizes[0].id",
        "odds: 600000 | odds: 599999 | prizes[0].odds",
        "stock: 2 | stock: 1 | prizes[0].stock",
        "value_minor: 1000 | value_minor: 999 | prizes[0].value_minor",
        "points: 500 | points: 501 | prizes[0].rewards",
        "delivery: At once | delivery: At once, and gladly |",
        "title: Wheel | title: Big wheel |",
        "starts_at: 2026-03-01T00:00:00Z | starts_at: 2026-02-28T00:00:00Z |",
        "ends_at: 2026-04-01T00:00:00Z | ends_at: 2026-04-01T00:00:01Z |",
        "stock: 2 | stock: 3 |",
        "'stock: 2, ' | '' |",
        "value_minor: 1000 | value_minor: 1001 |",
      })
  void whatEntrantsWerePromisedStaysWhileALotteryIsOn(String from, String to, String field) {
    String other = PROGRAM.replaceFirst(Pattern.quote(from), to == null ? "" : to);
    assertThat(other).isNotEqualTo(PROGRAM);
    assertThat(mistakes(other, START))
        .isEqualTo(field == null ? List.of() : List.of("lotteries[0]." + field));
    assertThat(mistakes(other, Instant.parse("2026-02-28T23:59:59Z"))).isEmpty();
    assertThat(mistakes(other, Instant.parse("2026-04-01T00:00:00Z"))).isEmpty();
  }

  @Test
  void whoMayDrawAndWhatIsSureStaysToo() {
    String anchor = "    delivery: At once\n";
    for (String line :
        List.of(
            "audience: viewer.experience > 0",
            "consolation: [freeze: 2]",
            "pity: {misses: 5, prize_id: tea}")) {
      String other = PROGRAM.replaceFirst(anchor, anchor + "    " + line + "\n");
      assertThat(mistakes(other, START))
          .containsExactly("lotteries[0]." + line.substring(0, line.indexOf(':')));
    }
    assertThat(mistakes(PROGRAM.replaceFirst(" +- \\{id: tea.*\n", ""), START))
        .containsExactly("lotteries[0].prizes");
  }

  @Test
  void aLotteryThatIsOnIsNotTakenAway() {
    assertThat(mistakes("name: none", START)).containsExactly("lotteries");
    assertThat(mistakes("name: none", Instant.parse("2026-04-01T00:00:00Z"))).isEmpty();
    assertThat(mistakes("name: none", Instant.parse("2026-03-01T00:00:00Z"))).hasSize(1);
  }

  @Test
  void recordsAreKeptInTheOrderOfTheirIds() {
    LotteryState state = LotteryState.getDefaultInstance();
    for (String id : List.of("m", "z", "a", "m")) {
      int draws = (int) LotteryStateSlice.find(state, id).getDraws() + 1;
      state =
          LotteryStateSlice.with(
              state, DrawnRecord.newBuilder().setLotteryId(id).setDraws(draws).build());
    }
    assertThat(state.getLotteriesList().stream().map(one -> one.getLotteryId() + one.getDraws()))
        .containsExactly("a1", "m2", "z1");
  }

  @Test
  void aWithdrawnLotteryGivesBackEveryStakeOnceAndTakesNoMore() {
    for (int i = 0; i < 2 * StakesSlice.PAGE + 1; i++) {
      draw("stingy", "x", "", START);
    }
    draw("wheel", "x", "", START);
    turn.setViewer(viewer("bob"));
    draw("stingy", "x", "", START);
    long wonByBob = points() - 8_999;
    turn.setViewer(viewer("ann"));
    long before = points();
    turn.setViewer(ViewerKey.merchant("shop"));
    turn.run(START, new WithdrawalReactor.Withdraw("stingy", "the wrong prize"));
    assertThat(turn.answer(WithdrawLotteryResponse.class).getWithdrawal().getReason())
        .isEqualTo("the wrong prize");
    refused(
        ErrorReason.ERROR_REASON_LOTTERY_CLOSED,
        "stingy was withdrawn",
        () -> turn.run(START, new WithdrawalReactor.Withdraw("stingy", "again")));
    refused(
        ErrorReason.ERROR_REASON_LOTTERY_NOT_FOUND,
        "lottery_id: none",
        () -> turn.run(START, new WithdrawalReactor.Withdraw("none", "a reason")));
    turn.settle(START);
    // As a follow-up that is carried out twice, and a search that begins anew.
    turn.setViewer(viewer("ann"));
    turn.run(START, StakesReturn.newBuilder().setLotteryId("stingy").build());
    turn.setViewer(ViewerKey.merchant("shop"));
    turn.run(START, StakesSearch.newBuilder().setLotteryId("stingy").build());
    turn.settle(START);

    turn.setViewer(viewer("ann"));
    assertThat(points()).isEqualTo(before + 2 * StakesSlice.PAGE + 1);
    refused(
        ErrorReason.ERROR_REASON_LOTTERY_CLOSED,
        "it was withdrawn",
        () -> draw("stingy", "x", "", START));
    assertThat(view("stingy", START).getWithdrawal().getWithdrawnAt())
        .isEqualTo(Timestamps.fromMillis(START.toEpochMilli()));
    assertThat(view("wheel", START).hasWithdrawal()).isFalse();
    draw("wheel", "x", "", START);
    turn.setViewer(viewer("bob"));
    assertThat(points()).isEqualTo(9_000 + wonByBob);
    turn.setViewer(viewer("cleo"));
    refused(
        ErrorReason.ERROR_REASON_LOTTERY_CLOSED,
        "it was withdrawn",
        () -> draw("stingy", "x", "", START));
  }

  @Test
  void whoDrewIsFoundPageByPage() {
    int viewers = StakersSlice.PAGE + 3;
    for (int i = 0; i < viewers; i++) {
      give("v%04d".formatted(i));
      draw("stingy", "x", "", START);
    }
    turn.setViewer(ViewerKey.merchant("shop"));
    turn.run(START, new WithdrawalReactor.Withdraw("stingy", "a reason"));
    turn.settle(START);
    for (int i = 0; i < viewers; i++) {
      turn.setViewer(viewer("v%04d".formatted(i)));
      assertThat(points()).as("v%04d", i).isGreaterThanOrEqualTo(9_000);
    }
  }

  private long points() {
    return turn.profileNow(Set.of("points")).getPoints();
  }

  private static List<String> mistakes(String document, Instant now) {
    Program inForce = TestPrograms.check(PROGRAM).orThrow();
    Findings findings = new Findings();
    TestPrograms.all().checkChange(inForce, TestPrograms.check(document).program(), now, findings);
    return findings.mistakes().stream().map(ProgramMistake::getPath).toList();
  }

  private List<Fact> draw(String lottery, String seed, String expected, Instant at) {
    return turn.run(
        at, new LotteryReactor.DrawOnce(lottery, seed, expected, ByteString.copyFrom(SECRET)));
  }

  private LotteryView view(String lottery, Instant at) {
    turn.setAt(at);
    return views.one(turn, lottery, SECRET);
  }

  private void give(String viewer) {
    turn.setViewer(viewer(viewer));
    turn.run(
        START.minusSeconds(9),
        Fact.newBuilder()
            .setRewardGiven(
                RewardGiven.newBuilder()
                    .setReward(
                        Reward.newBuilder().setPoints(PointsReward.newBuilder().setAmount(9_000))))
            .build());
  }

  private static void refused(ErrorReason reason, String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }

  private static List<Long> booked(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasPointsBooked)
        .map(Fact::getPointsBooked)
        .map(booked ->
            booked.getKind() == PointsEntryKind.POINTS_ENTRY_KIND_SPENT
                ? -booked.getAmount()
                : booked.getAmount())
        .toList();
  }

  private static CompiledProgram compile(String document) {
    return TestPrograms.all().compile(1, TestPrograms.check(document).orThrow());
  }

  private static ViewerKey viewer(String id) {
    return new ViewerKey("shop", id);
  }
}
