package io.flywheel.engine;

import com.google.inject.Inject;
import io.flywheel.platform.chores.Chore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Forgets actions whose days are over, merchant by merchant along the primary key. When an action
 * took effect decides, never the time that its id bears; that only says where it is likely that all
 * rows can go.
 */
public abstract sealed class ActionLogPurge implements Chore {
  private static final int STEP_ROWS = 5_000;

  private final EngineConfig config;

  private ActionLogPurge(EngineConfig config) {
    this.config = config;
  }

  /** Keys from one on and before another. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record Range(byte[] from, byte[] to) {}

  /** Where a step begins: after a key of a merchant. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record Position(String merchantId, byte[] after) {
    static Position of(byte[] progress) {
      int split = progress.length - ActionKey.BYTES;
      return new Position(
          new String(progress, 0, split, StandardCharsets.US_ASCII),
          Arrays.copyOfRange(progress, split, progress.length));
    }

    byte[] toBytes() {
      byte[] merchant = merchantId.getBytes(StandardCharsets.US_ASCII);
      return ByteBuffer.allocate(merchant.length + after.length).put(merchant).put(after).array();
    }
  }

  /** Ids in time order that are old enough by their own time: they go in ranges. */
  public static final class InOrder extends ActionLogPurge {
    @Inject
    InOrder(EngineConfig config) {
      super(config);
    }

    @Override
    public String name() {
      return "forget ids in time order";
    }

    @Override
    public Duration rest() {
      return Duration.ofMinutes(10);
    }

    @Override
    List<Range> ranges(Instant now, Instant before) {
      return List.of(new Range(ActionKey.startOf(1), startOf(before)));
    }
  }

  /** All others, and those that claim to be of the future: they are walked through. */
  public static final class OutOfOrder extends ActionLogPurge {
    @Inject
    OutOfOrder(EngineConfig config) {
      super(config);
    }

    @Override
    public String name() {
      return "forget other ids";
    }

    @Override
    public Duration rest() {
      return Duration.ofHours(1);
    }

    @Override
    List<Range> ranges(Instant now, Instant before) {
      return List.of(
          new Range(ActionKey.startOf(0), ActionKey.startOf(1)),
          new Range(startOf(now.plus(Duration.ofDays(1))), ActionKey.END));
    }
  }

  /** Where this looks, in the order of the keys. */
  abstract List<Range> ranges(Instant now, Instant before);

  @Override
  public Optional<byte[]> step(Handle handle, byte[] progress, Instant now) {
    Instant before = now.minus(config.rememberFor());
    List<Range> ranges = ranges(now, before);
    Optional<Position> from =
        progress.length == 0
            ? firstMerchant(handle).map(merchantId -> start(merchantId, ranges))
            : Optional.of(Position.of(progress));
    return from.flatMap(position -> step(handle, position, ranges, before)).map(Position::toBytes);
  }

  private static Optional<Position> step(
      Handle handle, Position from, List<Range> ranges, Instant before) {
    for (int i = 0; i < ranges.size(); i++) {
      Range range = ranges.get(i);
      if (Arrays.compareUnsigned(from.after, range.to) < 0) {
        byte[] after = max(from.after, range.from);
        byte[] end = endOfStep(handle, from.merchantId, after, range.to);
        forget(handle, from.merchantId, after, end, before);
        if (Arrays.compareUnsigned(end, range.to) < 0 || i + 1 < ranges.size()) {
          return Optional.of(new Position(from.merchantId, end));
        }
      }
    }
    return merchantAfter(handle, from.merchantId).map(merchantId -> start(merchantId, ranges));
  }

  private static Position start(String merchantId, List<Range> ranges) {
    return new Position(merchantId, ranges.get(0).from);
  }

  private static Optional<String> firstMerchant(Handle handle) {
    return handle
        .createQuery(
            """
            SELECT merchant_id FROM action_log
            WHERE merchant_id >= :former ORDER BY merchant_id LIMIT 1\
            """)
        .bind("former", ActionLog.FORMER_MERCHANT)
        .mapTo(String.class)
        .findOne();
  }

  private static Optional<String> merchantAfter(Handle handle, String merchantId) {
    return handle
        .createQuery(
            """
            SELECT merchant_id FROM action_log
            WHERE merchant_id > :merchantId ORDER BY merchant_id LIMIT 1\
            """)
        .bind("merchantId", merchantId)
        .mapTo(String.class)
        .findOne();
  }

  private static byte[] endOfStep(Handle handle, String merchantId, byte[] after, byte[] end) {
    return handle
        .createQuery(
            """
            SELECT action_key FROM action_log
            WHERE merchant_id = :merchantId AND action_key >= :after AND action_key < :end
            ORDER BY action_key LIMIT 1 OFFSET :rows\
            """)
        .bind("merchantId", merchantId)
        .bind("after", after)
        .bind("end", end)
        .bind("rows", STEP_ROWS)
        .mapTo(byte[].class)
        .findOne()
        .orElse(end);
  }

  private static void forget(
      Handle handle, String merchantId, byte[] from, byte[] to, Instant before) {
    handle
        .createUpdate(
            """
            DELETE FROM action_log
            WHERE merchant_id = :merchantId AND action_key >= :from AND action_key < :to
              AND created_ms < :before\
            """)
        .bind("merchantId", merchantId)
        .bind("from", from)
        .bind("to", to)
        .bind("before", before.toEpochMilli())
        .execute();
  }

  private static byte[] startOf(Instant time) {
    return ActionKey.startOf(Math.clamp(time.toEpochMilli(), 1, IdTime.MAX_MILLIS));
  }

  private static byte[] max(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, b) >= 0 ? a : b;
  }
}
