package io.flywheel.cli;

import io.flywheel.v1.DrawProof;
import io.flywheel.v1.PrizeWeight;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

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
    if (!hex(sha256(seed())).equals(published)) {
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

  static String named(String prize) {
    return prize.isEmpty() ? "nothing" : prize;
  }

  private byte[] block(int counter) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(seed(), "HmacSHA256"));
      String text = proof.getClientSeed() + ":" + proof.getDrawId() + ":" + counter;
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  private byte[] seed() {
    String text = proof.getServerSeed();
    if (!text.matches("[0-9a-f]{64}")) {
      throw new InputException(
          "proof.serverSeed: \"" + text + "\" (expected: 64 hexadecimal digits)");
    }
    byte[] seed = new byte[text.length() / 2];
    for (int i = 0; i < seed.length; i++) {
      seed[i] = (byte) Integer.parseInt(text.substring(2 * i, 2 * i + 2), 16);
    }
    return seed;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  private static String hex(byte[] bytes) {
    StringBuilder hex = new StringBuilder();
    for (byte one : bytes) {
      hex.append(Character.forDigit((one >> 4) & 0xF, 16))
          .append(Character.forDigit(one & 0xF, 16));
    }
    return hex.toString();
  }
}
