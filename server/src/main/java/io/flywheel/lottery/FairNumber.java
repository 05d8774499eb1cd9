package io.flywheel.lottery;

import com.google.common.base.Preconditions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Numbers that nobody can foresee or choose, and that everybody can check afterwards: the service
 * commits to its seed by a hash, the viewer brings a seed of their own, and a count tells the draws
 * of the two apart.
 *
 * <p>The block of a counter from 0 is HMAC-SHA-256 with the server's seed as the key over {@code
 * clientSeed + ":" + nonce + ":" + counter} in UTF-8. Its four parts of 8 bytes are unsigned
 * numbers, the most significant byte first. Those at or above the largest multiple of the bound are
 * passed over, so that no result is likelier than another; the first of the others, modulo the
 * bound, is the result. Pure functions; not to be instantiated.
 */
final class FairNumber {
  static final int SEED_BYTES = 32;

  private FairNumber() {}

  /** What is published before the first draw: the SHA-256 of the seed, in hexadecimal. */
  static String commitment(byte[] serverSeed) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(serverSeed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /**
   * A number from 0 on.
   *
   * @param clientSeed what the viewer chose
   * @param nonce 0, 1, 2 … for the draws of the two seeds
   * @param bound what it stays below, 1 or more
   */
  static long below(long bound, byte[] serverSeed, String clientSeed, long nonce) {
    Preconditions.checkArgument(bound > 0, "bound: %s (expected: 1 or more)", bound);
    Mac mac = mac(serverSeed);
    String prefix = clientSeed + ":" + nonce + ":";
    // 2^64 mod bound, so that -excess as an unsigned number is the largest multiple of the bound.
    long excess = Long.remainderUnsigned(-bound, bound);
    for (long counter = 0; ; counter++) {
      ByteBuffer block =
          ByteBuffer.wrap(mac.doFinal((prefix + counter).getBytes(StandardCharsets.UTF_8)));
      while (block.hasRemaining()) {
        long value = block.getLong();
        if (excess == 0 || Long.compareUnsigned(value, -excess) < 0) {
          return Long.remainderUnsigned(value, bound);
        }
      }
    }
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
