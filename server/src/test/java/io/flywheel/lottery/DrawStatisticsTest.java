package io.flywheel.lottery;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.flywheel.engine.ViewerKey;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Draw;
import io.flywheel.v1.DrawResponse;
import io.flywheel.v1.Fact;
import io.flywheel.v1.LotteryView;
import io.flywheel.v1.MakeUpCardReward;
import io.flywheel.v1.Pity;
import io.flywheel.v1.PrizeView;
import io.flywheel.v1.PrizeWeight;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whether chance is what was published. Seeds are fixed, so that the tests say the same each time.
 * {@code -Dflywheel.lottery.draws=1000000} makes a million of each; it takes some minutes.
 */
final class DrawStatisticsTest {
  private static final int DRAWS = Integer.getInteger("flywheel.lottery.draws", 10_000);
  private static final int NUMBERS = Math.max(200_000, DRAWS);
  private static final Instant START = Instant.parse("2026-03-02T12:00:00Z");
  private static final byte[] SECRET = "another secret of 32 bytes, indeed".getBytes(US_ASCII);

  private static final String PROGRAM =
      """
      name: lottery
      time_zone: UTC
      lotteries:
        - id: wheel
          title: Wheel
          cost: {make_up_card: 1}
          starts_at: 2026-03-01T00:00:00Z
          ends_at: 2026-04-01T00:00:00Z
          organizer: Somebody
          delivery: At once
          pity: {misses: 4, prize_id: tea}
          prizes:
            - {id: car, title: Car, odds: 15000, stock: 60, rewards: [experience: 50]}
            - {id: cup, title: Cup, odds: 120000, rewards: [experience: 5]}
            - {id: tea, title: Tea, odds: 30000, rewards: [experience: 1]}
      """;

  @Test
  void theNumbersOfDrawsAreUniformAndTellNothingOfTheNext() {
    long[] each = new long[1_000];
    long[] pairs = new long[100];
    int before = 0;
    for (int i = 0; i < NUMBERS; i++) {
      ViewerKey viewer = new ViewerKey("shop", "v" + i % 50);
      long draw = i / 50L + 1;
      byte[] seed = Seeds.of(SECRET, viewer, "wheel", draw);
      int number = Proofs.number(seed, "mine", Long.toString(draw));
      assertThat(number).isBetween(0, Proofs.WHOLE - 1);
      each[number / 1_000]++;
      pairs[before / 100_000 * 10 + number / 100_000]++;
      before = number;
    }
    assertThat(standardDeviationsAbove(each)).isLessThan(P_0_001);
    assertThat(standardDeviationsAbove(pairs)).isLessThan(P_0_001);
  }

  /** Each draw is decided by what was shown before it; what is won in all is what that comes to. */
  @Test
  void theOddsThatAreShownAreThoseThatDecideWithPityAndStock() {
    LotteryViews views = TestPrograms.instance(LotteryViews.class);
    CompiledProgram program = TestPrograms.compile(TestPrograms.check(PROGRAM).orThrow());
    RecordingTurn turn = new RecordingTurn(program, viewer(0), TestPrograms.reactors());
    Map<String, Double> expected = new HashMap<>();
    Map<String, Double> variance = new HashMap<>();
    Map<String, Integer> won = new HashMap<>();
    long[] numbers = new long[100];
    for (int i = 0; i < DRAWS; i++) {
      turn.setViewer(viewer(i % 40));
      turn.setAt(START);
      LotteryView shown = views.one(turn, "wheel", SECRET);
      turn.run(START, card());
      turn.run(
          START,
          new LotteryReactor.DrawOnce(
              "wheel", "", shown.getCommitment(), ByteString.copyFrom(SECRET)));
      Draw draw = turn.answer(DrawResponse.class).getDraw();
      assertThat(draw.getProof().getWeightsList().stream().map(PrizeWeight::getWeight).toList())
          .isEqualTo(shown.getPrizesList().stream().map(PrizeView::getOdds).toList());
      assertThat(draw.getByPity()).isEqualTo(shown.getMisses() == 4);
      assertThat(Proofs.verify(draw.getProof(), draw.getPrizeId()).getValid()).isTrue();
      numbers[draw.getProof().getNumber() / 10_000]++;
      for (PrizeView prize : shown.getPrizesList()) {
        double odds = prize.getOdds() / 1e6;
        if (draw.getByPity()) {
          odds = prize.getPrizeId().equals("tea") ? 1 : 0;
        }
        expected.merge(prize.getPrizeId(), odds, Double::sum);
        variance.merge(prize.getPrizeId(), odds * (1 - odds), Double::sum);
      }
      won.merge(draw.getPrizeId(), 1, Integer::sum);
    }
    assertThat(standardDeviationsAbove(numbers)).isLessThan(P_0_001);
    expected.forEach((prize, times) ->
        assertThat((double) won.getOrDefault(prize, 0))
            .as(prize)
            .isCloseTo(times, within(3.3 * Math.sqrt(variance.getOrDefault(prize, 0.0)))));
    assertThat(won).as("as many as there are").containsEntry("car", 60);
    turn.setViewer(viewer(0));
    assertThat(views.one(turn, "wheel", SECRET).getPrizes(0).getOddsWithPity()).isZero();
  }

  /** The published odds with the pity are those of the chain of misses, reckoned step by step. */
  @ParameterizedTest
  @CsvSource({
    "15000, 120000, 30000, 4",
    "0, 0, 1, 9",
    "1, 2, 3, 10000",
    "0, 0, 0, 1",
    "1, 0, 0, 2"
  })
  void theOddsWithPityAreWhatViewersMeetInTheLongRun(int car, int cup, int tea, int misses) {
    List<PrizeView> prizes = List.of(prize("car", car), prize("cup", cup), prize("tea", tea));
    double miss = 1 - (car + cup + tea) / 1e6;
    // How many draws of a round have so many misses before them.
    double draws = 0;
    double withMisses = 1;
    for (int i = 0; i < misses; i++) {
      draws += withMisses;
      withMisses *= miss;
    }
    double all = draws + withMisses;
    List<Long> expected =
        List.of(
            Math.round(car * draws / all),
            Math.round(cup * draws / all),
            Math.round((tea * draws + 1e6 * withMisses) / all));
    assertThat(
            LongRun.withPity(prizes, Pity.newBuilder().setMisses(misses).setPrizeId("tea").build())
                .stream()
                .map(prize -> (long) prize.getOddsWithPity()))
        .isEqualTo(expected);
  }

  private static PrizeView prize(String id, int odds) {
    return PrizeView.newBuilder().setPrizeId(id).setOdds(odds).build();
  }

  /** What a normal number exceeds once in a thousand times. */
  private static final double P_0_001 = 3.0902;

  /** Chi-square against equal shares, as a normal number by Wilson and Hilferty. */
  private static double standardDeviationsAbove(long[] counts) {
    double sum = 0;
    for (long count : counts) {
      sum += count;
    }
    double share = sum / counts.length;
    double chiSquare = 0;
    for (long count : counts) {
      chiSquare += (count - share) * (count - share) / share;
    }
    double freedom = counts.length - 1;
    double spread = 2 / (9 * freedom);
    return (Math.cbrt(chiSquare / freedom) - (1 - spread)) / Math.sqrt(spread);
  }

  private static Fact card() {
    return Fact.newBuilder()
        .setRewardGiven(
            RewardGiven.newBuilder()
                .setReward(
                    Reward.newBuilder().setMakeUpCard(MakeUpCardReward.newBuilder().setCount(1))))
        .build();
  }

  private static ViewerKey viewer(int number) {
    return new ViewerKey("shop", "v" + number);
  }
}
