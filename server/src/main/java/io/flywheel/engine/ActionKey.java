package io.flywheel.engine;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * By what an event or request is known again. It follows from the ids alone, so that a repetition
 * has the same key whenever it comes and whatever else it says.
 *
 * @param idMillis the time that the id bears, by which keys are in order; 0: none
 * @param hash of the id and what it is unique within
 * @param formerHash the hash under which versions before this one kept it; they knew no time
 */
record ActionKey(String merchantId, long idMillis, Id hash, Id formerHash) {
  /** How many bytes a key has: six of the time, and the hash. */
  static final int BYTES = 22;

  /** After every key. */
  static final byte[] END = end();

  /** An event's, of which a merchant gives each id once. */
  static ActionKey event(String merchantId, String eventId) {
    Id hash = Id.of("event", merchantId, eventId);
    return new ActionKey(merchantId, IdTime.millisOf(eventId), hash, hash);
  }

  /**
   * A request's. Ids are apart for each viewer and method, and for what viewers ask for themselves
   * and what is asked in their names, so that nobody uses up another's; they are the same for all
   * services of a merchant, one of which may repeat what another has begun.
   */
  static ActionKey request(
      ViewerKey viewer, boolean byViewer, String requestType, String requestId) {
    return new ActionKey(
        viewer.merchantId(),
        IdTime.millisOf(requestId),
        Id.of(
            byViewer ? "viewer's request" : "merchant's request",
            viewer.merchantId(),
            viewer.viewerId(),
            requestType,
            requestId),
        Id.of("request", viewer.merchantId(), viewer.viewerId(), requestId));
  }

  /** The key within the merchant's. */
  byte[] toBytes() {
    return bytes(idMillis, hash);
  }

  /** The key under which versions before this one kept it, within the merchant ''. */
  byte[] formerBytes() {
    return bytes(0, formerHash);
  }

  /** The hash in the bytes of a key. */
  static Id hashOf(byte[] key) {
    return Id.fromBytes(Arrays.copyOfRange(key, BYTES - 16, BYTES));
  }

  /** What all keys of a time, and of later ones, are at least. */
  static byte[] startOf(long millis) {
    return bytes(millis, new Id(0, 0));
  }

  private static byte[] end() {
    byte[] end = new byte[BYTES + 1];
    Arrays.fill(end, (byte) 0xFF);
    return end;
  }

  private static byte[] bytes(long millis, Id hash) {
    return ByteBuffer.allocate(BYTES)
        .putShort((short) (millis >>> 32))
        .putInt((int) millis)
        .putLong(hash.high())
        .putLong(hash.low())
        .array();
  }
}
