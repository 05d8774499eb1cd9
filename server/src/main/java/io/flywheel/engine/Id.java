package io.flywheel.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first 16 bytes of a SHA-256, by which ids and contents of any length are kept in fixed
 * columns.
 */
public record Id(long high, long low) implements Comparable<Id> {
  private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Id::sha256);

  /** The id of words, each of which is kept apart from the next. */
  static Id of(String... words) {
    MessageDigest digest = SHA_256.get();
    for (String word : words) {
      digest.update(word.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
    return of(digest);
  }

  /** The id of some bytes. */
  public static Id of(byte[]... parts) {
    MessageDigest digest = SHA_256.get();
    for (byte[] part : parts) {
      digest.update(part);
    }
    return of(digest);
  }

  /** The id that some bytes stand for. */
  public static Id fromBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new Id(buffer.getLong(), buffer.getLong());
  }

  /** 16 bytes that stand for it. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }

  /** An id derived from this one, for the {@code number}th thing of some kind that came of it. */
  Id derive(String kind, int number) {
    return of(toBytes(), (kind + number).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public int compareTo(Id other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  private static Id of(MessageDigest digest) {
    return fromBytes(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
