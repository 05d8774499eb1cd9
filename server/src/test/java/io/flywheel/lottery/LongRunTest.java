package io.flywheel.lottery;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.v1.Pity;
import io.flywheel.v1.PrizeView;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Odds with a pity, against what can be reckoned by hand. */
final class LongRunTest {
  /** Every other round takes one draw, the others two of which the second is the pity's. */
  @Test
  void aPityRaisesThePrizeThatItGivesAndLowersTheOthers() {
    assertThat(odds(1, 200_000, 300_000)).containsExactly(133_333, 533_333);
    assertThat(odds(1, 0, 500_000)).containsExactly(0, 666_667);
  }

  @Test
  void whereNothingIsWonByChanceThePityAloneGives() {
    assertThat(odds(2, 0, 0)).containsExactly(0, 333_333);
  }

  @Test
  void whereEveryDrawWinsThePityNeverComes() {
    assertThat(odds(3, 600_000, 400_000)).containsExactly(600_000, 400_000);
  }

  private static List<Integer> odds(int misses, int car, int tea) {
    List<PrizeView> prizes = List.of(prize("car", car), prize("tea", tea));
    return LongRun.withPity(prizes, Pity.newBuilder().setMisses(misses).setPrizeId("tea").build())
        .stream()
        .map(PrizeView::getOddsWithPity)
        .toList();
  }

  private static PrizeView prize(String id, int odds) {
    return PrizeView.newBuilder().setPrizeId(id).setOdds(odds).build();
  }
}
