package io.flywheel.lottery;

import io.flywheel.engine.ViewerKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The seeds of a viewer's draws. Each draw has one of its own, so that it can be shown right after
 * it; all are made from the merchant's secret, which no seed betrays. Pure functions; not to be
 * instantiated.
 */
final class Seeds {
  private Seeds() {}

  /**
   * The seed of a draw. Ids hold no zero bytes, so that none can pass for a part of its neighbour.
   *
   * @param number the draw's, among the viewer's draws of the lottery
   */
  static byte[] of(byte[] secret, ViewerKey viewer, String lotteryId, long number) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      for (String id : List.of(viewer.merchantId(), viewer.viewerId(), lotteryId)) {
        mac.update(id.getBytes(StandardCharsets.UTF_8));
        mac.update((byte) 0);
      }
      return mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
