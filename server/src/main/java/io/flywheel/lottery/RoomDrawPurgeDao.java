package io.flywheel.lottery;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.chores.Chore;
import io.flywheel.v1.RoomDrawState;
import io.flywheel.v1.RoomDrawView;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Forgets draws of rooms, with who took part, as long after their end as the record of draws is
 * kept. It walks from draw to draw, some thousand entrants a step. Thread-safe.
 */
final class RoomDrawPurgeDao implements Chore {
  private static final int STEP_DRAWS = 100;
  private static final int STEP_ENTRANTS = 5_000;

  @Inject
  RoomDrawPurgeDao() {}

  private record StoredDraw(RoomDrawKey key, boolean isOver) {}

  @Override
  public String name() {
    return "forget draws of rooms";
  }

  @Override
  public Duration rest() {
    return Duration.ofDays(1);
  }

  @Override
  public Optional<byte[]> step(Handle handle, byte[] progress, Instant now) {
    RoomDrawKey last = position(progress);
    long beforeMillis = now.minus(DrawPurgeDao.KEEP_FOR).toEpochMilli();
    List<StoredDraw> draws = drawsAfter(handle, last, beforeMillis);
    for (StoredDraw draw : draws) {
      if (draw.isOver) {
        if (forgetEntrants(handle, draw.key) == STEP_ENTRANTS) {
          return Optional.of(bytes(last)); // there may be more of them
        }
        forget(handle, draw.key);
      }
      last = draw.key;
    }
    return draws.size() < STEP_DRAWS ? Optional.empty() : Optional.of(bytes(last));
  }

  private static RoomDrawKey position(byte[] progress) {
    String[] parts = new String(progress, StandardCharsets.US_ASCII).split(" ", -1);
    return parts.length == 3
        ? new RoomDrawKey(parts[0], parts[1], Long.parseLong(parts[2]))
        : new RoomDrawKey("", "", 0);
  }

  private static byte[] bytes(RoomDrawKey key) {
    return (key.merchantId() + " " + key.roomId() + " " + key.number())
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static List<StoredDraw> drawsAfter(Handle handle, RoomDrawKey after, long beforeMillis) {
    return handle
        .createQuery(
            """
            SELECT merchant_id, room_id, draw_number, state FROM room_draw
            WHERE merchant_id >= :merchant
              AND (merchant_id > :merchant
                OR (room_id >= :room AND (room_id > :room OR draw_number > :number)))
            ORDER BY merchant_id, room_id, draw_number
            LIMIT :limit\
            """)
        .bind("merchant", after.merchantId())
        .bind("room", after.roomId())
        .bind("number", after.number())
        .bind("limit", STEP_DRAWS)
        .map((row, context) ->
            new StoredDraw(
                new RoomDrawKey(
                    row.getString("merchant_id"),
                    row.getString("room_id"),
                    row.getLong("draw_number")),
                isOver(row, beforeMillis)))
        .list();
  }

  /** One that was never drawn nor withdrawn is still owed, however old it is. */
  private static boolean isOver(ResultSet row, long beforeMillis) throws SQLException {
    try {
      RoomDrawView view = RoomDrawRecord.parseFrom(row.getBytes("state")).getView();
      boolean hasEnded =
          view.getState() == RoomDrawState.ROOM_DRAW_STATE_DRAWN
              || view.getState() == RoomDrawState.ROOM_DRAW_STATE_WITHDRAWN;
      return hasEnded && Timestamps.toMillis(view.getClosesAt()) < beforeMillis;
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("room_draw.state can't be read", e);
    }
  }

  private static int forgetEntrants(Handle handle, RoomDrawKey key) {
    return handle
        .createUpdate(
            """
            DELETE FROM room_draw_entrant
            WHERE merchant_id = :merchant AND room_id = :room AND draw_number = :number
            LIMIT :limit\
            """)
        .bind("merchant", key.merchantId())
        .bind("room", key.roomId())
        .bind("number", key.number())
        .bind("limit", STEP_ENTRANTS)
        .execute();
  }

  private static void forget(Handle handle, RoomDrawKey key) {
    handle
        .createUpdate(
            """
            DELETE FROM room_draw_part
            WHERE merchant_id = :merchant AND room_id = :room AND draw_number = :number\
            """)
        .bind("merchant", key.merchantId())
        .bind("room", key.roomId())
        .bind("number", key.number())
        .execute();
    handle
        .createUpdate(
            """
            DELETE FROM room_draw
            WHERE merchant_id = :merchant AND room_id = :room AND draw_number = :number\
            """)
        .bind("merchant", key.merchantId())
        .bind("room", key.roomId())
        .bind("number", key.number())
        .execute();
  }
}
