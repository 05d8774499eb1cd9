package io.flywheel.cli;

import io.flywheel.v1.DrawProof;
import io.flywheel.v1.Lottery;
import io.flywheel.v1.LotteryPrize;
import io.flywheel.v1.LotteryView;
import io.flywheel.v1.PrizeWeight;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reckons a draw again from its public values alone, as the contract's LotteryService describes it.
 * It shares no code with the service, so that it would notice if the service reckoned otherwise.
 */
final class FairDraw {
  private static final int WHOLE = 1_000_000;

  private final DrawProof proof;

  FairDraw(DrawProof proof) {
    this.proof = proof;
  }

  /** The number that the seeds come to, 0 to 999,999. */
  int number() {
    // 2^64 is 709,551,616 more than a multiple of a million, 18,446,744,073,709,000,000 and up.
    long largestMultiple = Long.parseUnsignedLong("18446744073709000000");
    for (int counter = 0; ; counter++) {
      ByteBuffer block = ByteBuffer.wrap(block(counter));
      while (block.remaining() >= Long.BYTES) {
        long value = block.getLong();
        if (Long.compareUnsigned(value, largestMultiple) < 0) {
          return (int) Long.remainderUnsigned(value, WHOLE);
        }
      }
    }
  }

  /** What the draw wins; empty: nothing. */
  String prize() {
    if (proof.getPityMisses() > 0 && proof.getMisses() >= proof.getPityMisses()) {
      return proof.getPityPrizeId();
    }
    int left = number();
    for (PrizeWeight weight : proof.getWeightsList()) {
      left -= weight.getWeight();
      if (left < 0) {
        return weight.getPrizeId();
      }
    }
    return "";
  }

  /**
   * What does not agree; empty: everything does.
   *
   * @param claimed what was said to be won; empty: nothing
   * @param commitment what was published before the draw; empty: what the proof says it was
   */
  Optional<String> mistake(String claimed, String commitment) {
    String published = commitment.isEmpty() ? proof.getCommitment() : commitment;
    if (!Hashes.sha256(seed()).equals(published)) {
      return Optional.of("the server's seed is not the one that was committed to");
    }
    if (number() != proof.getNumber()) {
      return Optional.of("the seeds come to " + number() + ", not " + proof.getNumber());
    }
    if (!prize().equals(claimed)) {
      return Optional.of("the draw wins " + named(prize()) + ", not " + named(claimed));
    }
    return Optional.empty();
  }

  /**
   * What does not agree with what was published before the draw; empty: everything does. The prizes
   * had the odds of then, or none where they had run out.
   */
  Optional<String> mistake(LotteryView before) {
    Lottery lottery = before.getLottery();
    if (!Hashes.ofConfiguration(lottery).equals(before.getConfigurationHash())) {
      return Optional.of("the lottery is not the one whose hash was published");
    }
    if (!proof.getConfigurationHash().equals(before.getConfigurationHash())) {
      return Optional.of("the lottery's configuration is not the one that was published");
    }
    if (proof.getWeightsCount() != lottery.getPrizesCount()) {
      return Optional.of(
          proof.getWeightsCount() + " prizes were drawn from, not " + lottery.getPrizesCount());
    }
    for (int i = 0; i < proof.getWeightsCount(); i++) {
      PrizeWeight weight = proof.getWeights(i);
      LotteryPrize prize = lottery.getPrizes(i);
      boolean isAsPublished =
          weight.getPrizeId().equals(prize.getId())
              && (weight.getWeight() == prize.getOdds() || weight.getWeight() == 0);
      if (!isAsPublished) {
        return Optional.of(
            "the weight of "
                + weight.getPrizeId()
                + " is "
                + weight.getWeight()
                + ", not the published "
                + prize.getOdds()
                + " of "
                + prize.getId());
      }
    }
    boolean isPityAsPublished =
        proof.getPityMisses() == lottery.getPity().getMisses()
            && proof.getPityPrizeId().equals(lottery.getPity().getPrizeId());
    return isPityAsPublished
        ? Optional.empty()
        : Optional.of("the pity is not the one that was published");
  }

  static String named(String prize) {
    return prize.isEmpty() ? "nothing" : prize;
  }

  private byte[] block(int counter) {
    String text = proof.getClientSeed() + ":" + proof.getDrawId() + ":" + counter;
    return Hashes.hmac(seed(), text.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] seed() {
    return Hashes.bytes("proof.serverSeed", proof.getServerSeed());
  }
}
