package io.flywheel.engine;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;

/**
 * How far somebody has read a merchant's journal: the last number of each log, so that what commits
 * late is read late, and never skipped. Immutable.
 */
public final class JournalCursor {
  private final JournalPosition position;

  JournalCursor(JournalPosition position) {
    this.position = position;
  }

  JournalCursor(String merchantId, long reached, Map<Long, Long> numbers) {
    this(
        JournalPosition.newBuilder()
            .setMerchantId(merchantId)
            .setReached(reached)
            .putAllNumbers(numbers)
            .build());
  }

  /**
   * A cursor of a {@link #token}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static JournalCursor of(String token) {
    try {
      return of(Base64.getUrlDecoder().decode(token));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("no token of a journal's cursor", e);
    }
  }

  static JournalCursor of(byte[] bytes) throws InvalidProtocolBufferException {
    return new JournalCursor(JournalPosition.parseFrom(bytes));
  }

  /** Whose journal it is. */
  public String merchantId() {
    return position.getMerchantId();
  }

  /** The cursor as a text to keep; it grows by some 20 characters a log. */
  public String token() {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(toBytes());
  }

  byte[] toBytes() {
    return position.toByteArray();
  }

  /** When that was recorded which was read last; the epoch: nothing was read yet. */
  public Instant readUntil() {
    return Instant.EPOCH.plus(position.getReached(), ChronoUnit.MICROS);
  }

  /** Whether everything that another cursor of the same journal has read was read here. */
  public boolean includes(JournalCursor other) {
    return position.getReached() >= other.position.getReached()
        && other.position.getNumbersMap().entrySet().stream()
            .allMatch(read ->
                position.getNumbersOrDefault(read.getKey(), Long.MAX_VALUE) >= read.getValue());
  }

  /** Whether an entry of the same journal has been read. */
  public boolean includes(JournalEntry entry) {
    return entry.number() <= number(entry.log());
  }

  long reached() {
    return position.getReached();
  }

  /** The last number that was read of a log; 0: none. */
  long number(long log) {
    return position.getNumbersOrDefault(log, 0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JournalCursor cursor && cursor.position.equals(position);
  }

  @Override
  public int hashCode() {
    return position.hashCode();
  }

  @Override
  public String toString() {
    return position.toString();
  }
}
