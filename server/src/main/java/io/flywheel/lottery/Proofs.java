package io.flywheel.lottery;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.flywheel.v1.DrawProof;
import io.flywheel.v1.PrizeWeight;
import io.flywheel.v1.VerifyDrawResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;

/** What makes draws checkable. Pure functions; not to be instantiated. */
final class Proofs {
  /** All weights together: a prize's odds are so many of these. */
  static final int WHOLE = 1_000_000;

  private Proofs() {}

  /** The hash of a lottery's or a room draw's configuration, in hexadecimal. */
  static String configurationHash(Message configuration) {
    byte[] bytes = new byte[configuration.getSerializedSize()];
    CodedOutputStream output = CodedOutputStream.newInstance(bytes);
    output.useDeterministicSerialization();
    try {
      configuration.writeTo(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return FairNumber.commitment(bytes);
  }

  /** The number that two seeds come to. */
  static int number(byte[] serverSeed, String clientSeed, String drawId) {
    return (int) FairNumber.below(WHOLE, serverSeed, clientSeed, Long.parseLong(drawId));
  }

  /** What a number wins; empty: nothing. */
  static String prizeOf(int number, List<PrizeWeight> weights) {
    int above = 0;
    for (PrizeWeight weight : weights) {
      above += weight.getWeight();
      if (number < above) {
        return weight.getPrizeId();
      }
    }
    return "";
  }

  /** Whether the pity decides a draw, whatever its number. */
  static boolean isByPity(DrawProof proof) {
    return proof.getPityMisses() > 0 && proof.getMisses() >= proof.getPityMisses();
  }

  /** Reckons a draw again. */
  static VerifyDrawResponse verify(DrawProof proof, String claimed) {
    byte[] seed = HexFormat.of().parseHex(proof.getServerSeed());
    int number = number(seed, proof.getClientSeed(), proof.getDrawId());
    String prize =
        isByPity(proof) ? proof.getPityPrizeId() : prizeOf(number, proof.getWeightsList());
    long sum = proof.getWeightsList().stream().mapToLong(PrizeWeight::getWeight).sum();
    String mistake = "";
    if (!FairNumber.commitment(seed).equals(proof.getCommitment())) {
      mistake = "the server_seed is not the one that was committed to";
    } else if (sum > WHOLE) {
      mistake = "the weights add up to %d, more than %d".formatted(sum, WHOLE);
    } else if (number != proof.getNumber()) {
      mistake = "the seeds come to %d, not %d".formatted(number, proof.getNumber());
    } else if (!prize.equals(claimed)) {
      mistake =
          "the draw wins %s, not %s"
              .formatted(
                  prize.isEmpty() ? "nothing" : prize, claimed.isEmpty() ? "nothing" : claimed);
    }
    return VerifyDrawResponse.newBuilder()
        .setValid(mistake.isEmpty())
        .setMistake(mistake)
        .setNumber(number)
        .setPrizeId(prize)
        .build();
  }
}
