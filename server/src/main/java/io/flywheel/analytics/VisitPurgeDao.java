package io.flywheel.analytics;

import com.google.inject.Inject;
import io.flywheel.platform.chores.Chore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Forgets visits of long ago, broadcast by broadcast: those that began later are passed over, and
 * one without visits is forgotten with them. Whoever was never there, but ordered, is kept for as
 * long as the broadcast has a minute that is late enough. Thread-safe.
 */
public final class VisitPurgeDao implements Chore {
  private static final int STEP_ROWS = 5_000;
  private static final int STEP_BROADCASTS = 100;

  private final AnalyticsConfig config;

  @Inject
  VisitPurgeDao(AnalyticsConfig config) {
    this.config = config;
  }

  /**
   * How far it has come.
   *
   * @param place the broadcast
   * @param viewerId the viewer of it after whom it goes on
   */
  private record Position(Place place, String viewerId) {
    /** After all viewers' ids. */
    private static final String LAST_VIEWER = "~~";

    static Position of(byte[] progress) {
      String[] parts = new String(progress, StandardCharsets.US_ASCII).split(" ", -1);
      return new Position(new Place(parts[0], parts[1], parts[2]), parts[3]);
    }

    static Position before(String merchantId) {
      return new Position(new Place(merchantId, "", ""), LAST_VIEWER);
    }

    static Position after(Place place) {
      return new Position(place, LAST_VIEWER);
    }

    boolean isWithin() {
      return !viewerId.equals(LAST_VIEWER);
    }

    byte[] toBytes() {
      return String.join(" ", place.merchantId(), place.roomId(), place.broadcastId(), viewerId)
          .getBytes(StandardCharsets.US_ASCII);
    }
  }

  @Override
  public String name() {
    return "forget visits";
  }

  @Override
  public Duration rest() {
    return Duration.ofDays(1);
  }

  @Override
  public Optional<byte[]> step(Handle handle, byte[] progress, Instant now) {
    long before = now.minus(config.keepVisitsFor()).toEpochMilli();
    Optional<Position> from =
        progress.length == 0
            ? merchantAfter(handle, "").map(Position::before)
            : Optional.of(Position.of(progress));
    for (int i = 0; i < STEP_BROADCASTS && from.isPresent(); i++) {
      Position position = from.get();
      if (position.isWithin()) {
        return Optional.of(forget(handle, position, before)).map(Position::toBytes);
      }
      Optional<Place> next = broadcastAfter(handle, position.place());
      from =
          next.isPresent()
              ? next.map(place ->
                  isYounger(handle, place, before)
                      ? Position.after(place)
                      : new Position(place, ""))
              : merchantAfter(handle, position.place().merchantId()).map(Position::before);
    }
    return from.map(Position::toBytes);
  }

  private static Optional<String> merchantAfter(Handle handle, String merchantId) {
    return handle
        .createQuery(
            """
            SELECT merchant_id FROM visit
            WHERE merchant_id > :merchantId
            ORDER BY merchant_id
            LIMIT 1\
            """)
        .bind("merchantId", merchantId)
        .mapTo(String.class)
        .findOne();
  }

  private static Optional<Place> broadcastAfter(Handle handle, Place after) {
    return handle
        .createQuery(
            """
            SELECT room_id, broadcast_id FROM visit
            WHERE merchant_id = :merchantId
              AND (room_id > :roomId OR (room_id = :roomId AND broadcast_id > :broadcastId))
            ORDER BY room_id, broadcast_id
            LIMIT 1\
            """)
        .bind("merchantId", after.merchantId())
        .bind("roomId", after.roomId())
        .bind("broadcastId", after.broadcastId())
        .map((row, context) ->
            new Place(after.merchantId(), row.getString("room_id"), row.getString("broadcast_id")))
        .findOne();
  }

  /** Whether a broadcast began later, and all of its visits with it. */
  private static boolean isYounger(Handle handle, Place place, long beforeMillis) {
    return handle
        .createQuery(
            """
            SELECT started_ms FROM room_broadcast
            WHERE merchant_id = :merchantId AND room_id = :roomId AND broadcast_id = :broadcastId\
            """)
        .bind("merchantId", place.merchantId())
        .bind("roomId", place.roomId())
        .bind("broadcastId", place.broadcastId())
        .mapTo(Long.class)
        .findOne()
        .filter(startedMillis -> startedMillis >= beforeMillis)
        .isPresent();
  }

  private static Position forget(Handle handle, Position from, long beforeMillis) {
    Place place = from.place();
    Optional<String> end =
        handle
            .createQuery(
                """
                SELECT viewer_id FROM visit
                WHERE merchant_id = :merchantId AND room_id = :roomId
                  AND broadcast_id = :broadcastId AND viewer_id > :after
                ORDER BY viewer_id
                LIMIT 1 OFFSET :rows\
                """)
            .bind("merchantId", place.merchantId())
            .bind("roomId", place.roomId())
            .bind("broadcastId", place.broadcastId())
            .bind("after", from.viewerId())
            .bind("rows", STEP_ROWS)
            .mapTo(String.class)
            .findOne();
    handle
        .createUpdate(
            """
            DELETE FROM visit
            WHERE merchant_id = :merchantId AND room_id = :roomId
              AND broadcast_id = :broadcastId AND viewer_id > :after AND viewer_id <= :to
              AND last_seen_ms < :before
              AND (last_seen_ms > 0 OR NOT EXISTS (
                SELECT 1 FROM room_minute
                WHERE room_minute.merchant_id = :merchantId AND room_minute.room_id = :roomId
                  AND room_minute.broadcast_id = :broadcastId AND room_minute.minute >= :minute))\
            """)
        .bind("merchantId", place.merchantId())
        .bind("roomId", place.roomId())
        .bind("broadcastId", place.broadcastId())
        .bind("after", from.viewerId())
        .bind("to", end.orElse(Position.LAST_VIEWER))
        .bind("before", beforeMillis)
        .bind("minute", beforeMillis / Tally.MINUTE_MILLIS)
        .execute();
    if (end.isEmpty()) {
      forgetEmpty(handle, place, beforeMillis);
    }
    return new Position(place, end.orElse(Position.LAST_VIEWER));
  }

  private static void forgetEmpty(Handle handle, Place place, long beforeMillis) {
    handle
        .createUpdate(
            """
            DELETE FROM room_broadcast
            WHERE merchant_id = :merchantId AND room_id = :roomId AND broadcast_id = :broadcastId
              AND started_ms < :before
              AND NOT EXISTS (
                SELECT 1 FROM visit
                WHERE visit.merchant_id = :merchantId AND visit.room_id = :roomId
                  AND visit.broadcast_id = :broadcastId)\
            """)
        .bind("merchantId", place.merchantId())
        .bind("roomId", place.roomId())
        .bind("broadcastId", place.broadcastId())
        .bind("before", beforeMillis)
        .execute();
  }
}
