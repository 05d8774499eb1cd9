package io.flywheel.lottery;

import io.flywheel.v1.Pity;
import io.flywheel.v1.PrizeView;
import java.util.List;

/**
 * How often prizes are won in the long run where a pity helps. Between two wins lie at most as many
 * misses as the pity bears, so that each win begins a new round: what a round brings, divided by
 * how many draws it takes, is what is won. Pure functions; not to be instantiated.
 */
final class LongRun {
  private LongRun() {}

  /** The prizes with their odds with the pity. */
  static List<PrizeView> withPity(List<PrizeView> prizes, Pity pity) {
    double miss = 1 - prizes.stream().mapToInt(PrizeView::getOdds).sum() / (double) Proofs.WHOLE;
    double undecided = Math.pow(miss, pity.getMisses()); // rounds that come to the pity
    double byChance = miss == 1 ? pity.getMisses() : (1 - undecided) / (1 - miss); // draws a round
    double draws = byChance + undecided;
    return prizes.stream()
        .map(prize -> {
          double won =
              prize.getOdds() * byChance
                  + (prize.getPrizeId().equals(pity.getPrizeId()) ? undecided * Proofs.WHOLE : 0);
          return prize.toBuilder().setOddsWithPity((int) Math.round(won / draws)).build();
        })
        .toList();
  }
}
