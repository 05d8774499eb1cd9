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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whether chance is what was published. Seeds are fixed, so that the tests say the same each time.
 * {@code -Dflywheel.lottery.draws=1000000} makes a million of each; it takes some minutes.
 */
final class DrawStatisticsTest {
  private static final int DRAWS = Integer.getInteger("flywheel.lottery.draws", 10_000);
  private static final int VIEWERS = 40;
  private static final int CARS = 60;
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

  /**
   * A viewer's misses and what is left of the prize that runs out say how likely each prize is.
   * Both are reckoned here by themselves; in each of these states the numbers are uniform, and
   * prizes are won as often as was shown. So are those of all draws, by the odds that count the
   * pity in.
   */
  @Test
  void theOddsThatAreShownAreThoseThatDecideWithPityAndStock() {
    LotteryViews views = TestPrograms.instance(LotteryViews.class);
    CompiledProgram program = TestPrograms.compile(TestPrograms.check(PROGRAM).orThrow());
    RecordingTurn turn = new RecordingTurn(program, viewer(0), TestPrograms.reactors());
    int[] misses = new int[VIEWERS];
    int cars = CARS;
    Map<State, Seen> seen = new TreeMap<>(Comparator.comparing(State::toString));
    Map<String, Integer> withoutCar = new HashMap<>();
    Map<String, Integer> oddsWithoutCar = Map.of();
    for (int i = 0; i < DRAWS; i++) {
      if (i % 1_000 == 0) {
        turn.dropHistory();
      }
      int who = i % VIEWERS;
      State state = new State(misses[who], cars > 0);
      turn.setViewer(viewer(who));
      turn.setAt(START);
      LotteryView shown = views.one(turn, "wheel", SECRET);
      assertThat(shown.getMisses()).isEqualTo(state.misses());
      assertThat(shown.getPrizes(0).getLeft()).isEqualTo(cars);
      assertThat(shown.getPrizesList()).extracting(PrizeView::getOdds).isEqualTo(state.odds());
      turn.run(START, card());
      turn.run(
          START,
          new LotteryReactor.DrawOnce(
              "wheel", "", shown.getCommitment(), ByteString.copyFrom(SECRET)));
      Draw draw = turn.answer(DrawResponse.class).getDraw();
      assertThat(draw.getProof().getWeightsList())
          .extracting(PrizeWeight::getWeight)
          .isEqualTo(state.odds());
      assertThat(draw.getByPity()).isEqualTo(state.isPity());
      assertThat(Proofs.verify(draw.getProof(), draw.getPrizeId()).getValid()).isTrue();
      String won = draw.getPrizeId();
      seen.computeIfAbsent(state, unused -> new Seen()).add(draw.getProof().getNumber(), won);
      misses[who] = won.isEmpty() ? state.misses() + 1 : 0;
      cars -= won.equals("car") ? 1 : 0;
      if (!state.carLeft()) {
        withoutCar.merge(won, 1, Integer::sum);
        oddsWithoutCar =
            shown.getPrizesList().stream()
                .collect(Collectors.toMap(PrizeView::getPrizeId, PrizeView::getOddsWithPity));
      }
    }
    assertThat(cars).as("as many as there are").isZero();
    assertThat(seen).as("every number of misses, with the car and without").hasSize(10);
    seen.forEach((state, of) -> {
      assertThat(standardDeviationsAbove(of.numbers)).as(state.toString()).isLessThan(P_OF_TEN);
      for (String prize : List.of("car", "cup", "tea", "")) {
        assertWonAsOftenAs(
            state.oddsOf(prize), of.won.getOrDefault(prize, 0), of.draws(), 0, state + prize);
      }
    });
    int draws = withoutCar.values().stream().mapToInt(Integer::intValue).sum();
    oddsWithoutCar.forEach((prize, odds) ->
        assertWonAsOftenAs(
            odds / 1e6,
            withoutCar.getOrDefault(prize, 0),
            draws,
            VIEWERS, // of each the last round has not ended
            "in the long run " + prize));
  }

  private static void assertWonAsOftenAs(double odds, int won, int draws, int beside, String what) {
    double spread = P_OF_FORTY * Math.sqrt(draws * odds * (1 - odds)) + beside;
    assertThat((double) won).as(what).isCloseTo(draws * odds, within(spread));
  }

  /**
   * What decides a draw besides its number.
   *
   * @param carLeft whether some are left of the prize that runs out
   */
  private record State(int misses, boolean carLeft) {
    boolean isPity() {
      return misses == 4;
    }

    List<Integer> odds() {
      return List.of(carLeft ? 15_000 : 0, 120_000, 30_000);
    }

    double oddsOf(String prize) {
      if (isPity()) {
        return prize.equals("tea") ? 1 : 0;
      }
      return switch (prize) {
        case "car" -> odds().get(0) / 1e6;
        case "cup" -> odds().get(1) / 1e6;
        case "tea" -> odds().get(2) / 1e6;
        default -> 1 - odds().stream().mapToInt(Integer::intValue).sum() / 1e6;
      };
    }
  }

  /** The draws in one state. */
  private static final class Seen {
    private final long[] numbers = new long[20];
    private final Map<String, Integer> won = new HashMap<>();

    void add(int number, String prize) {
      numbers[number / (Proofs.WHOLE / numbers.length)]++;
      won.merge(prize, 1, Integer::sum);
    }

    int draws() {
      return won.values().stream().mapToInt(Integer::intValue).sum();
    }
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

  /** What one of ten normal numbers exceeds once in a thousand times. */
  private static final double P_OF_TEN = 3.7190;

  /**
   * From what one of forty normal numbers is farther than this from 0, once in a thousand times.
   */
  private static final double P_OF_FORTY = 4.2149;

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
