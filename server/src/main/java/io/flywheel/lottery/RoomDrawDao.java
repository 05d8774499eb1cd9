package io.flywheel.lottery;

import com.google.common.collect.ImmutableSortedMap;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.v1.RoomDrawView;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Reads draws of rooms. Thread-safe. */
final class RoomDrawDao {
  @Inject
  RoomDrawDao() {}

  /**
   * A room's draws with numbers below one, newest first, as they are published. A row is created,
   * empty, before the draw that it is for, which may have been refused since.
   */
  List<RoomDrawView> draws(
      Handle handle, String merchantId, String roomId, long before, int limit) {
    return handle
        .createQuery(
            """
            SELECT state FROM room_draw
            WHERE merchant_id = :merchant AND room_id = :room AND draw_number < :before
              AND state <> ''
            ORDER BY draw_number DESC
            LIMIT :limit\
            """)
        .bind("merchant", merchantId)
        .bind("room", roomId)
        .bind("before", before)
        .bind("limit", limit)
        .map((row, context) -> parse(row))
        .list();
  }

  /** How many have entered so far, by the draws' numbers. */
  Map<Long, Long> entered(Handle handle, String merchantId, String roomId, List<Long> numbers) {
    Map<Long, Long> entered = new HashMap<>();
    if (!numbers.isEmpty()) {
      handle
          .createQuery(
              """
              SELECT draw_number, SUM(entrants) AS entrants FROM room_draw_part
              WHERE merchant_id = :merchant AND room_id = :room AND draw_number IN (<numbers>)
              GROUP BY draw_number\
              """)
          .bind("merchant", merchantId)
          .bind("room", roomId)
          .bindList("numbers", numbers)
          .map((row, context) -> entered.put(row.getLong("draw_number"), row.getLong("entrants")))
          .list();
    }
    return entered;
  }

  /** Which of some draws have one of some tags among their entrants. */
  Set<Long> withTags(
      Handle handle, String merchantId, String roomId, List<Long> numbers, List<String> tags) {
    return numbers.isEmpty()
        ? Set.of()
        : handle
            .createQuery(
                """
                SELECT draw_number FROM room_draw_entrant
                WHERE merchant_id = :merchant AND room_id = :room
                  AND draw_number IN (<numbers>) AND tag IN (<tags>)\
                """)
            .bind("merchant", merchantId)
            .bind("room", roomId)
            .bindList("numbers", numbers)
            .bindList("tags", tags)
            .mapTo(Long.class)
            .collect(Collectors.toSet());
  }

  /** A draw's tags after one, in rising order. */
  List<String> tagsAfter(Handle handle, RoomDrawKey key, String after, int limit) {
    return handle
        .createQuery(
            """
            SELECT tag FROM room_draw_entrant
            WHERE merchant_id = :merchant AND room_id = :room AND draw_number = :number
              AND tag > :after
            ORDER BY tag
            LIMIT :limit\
            """)
        .bind("merchant", key.merchantId())
        .bind("room", key.roomId())
        .bind("number", key.number())
        .bind("after", after)
        .bind("limit", limit)
        .mapTo(String.class)
        .list();
  }

  /** The viewers who have entered a draw, by their tags. */
  ImmutableSortedMap<String, String> entrants(Handle handle, RoomDrawKey key) {
    ImmutableSortedMap.Builder<String, String> entrants = ImmutableSortedMap.naturalOrder();
    handle
        .createQuery(
            """
            SELECT tag, viewer_id FROM room_draw_entrant
            WHERE merchant_id = :merchant AND room_id = :room AND draw_number = :number
            ORDER BY tag\
            """)
        .bind("merchant", key.merchantId())
        .bind("room", key.roomId())
        .bind("number", key.number())
        .map((row, context) -> entrants.put(row.getString("tag"), row.getString("viewer_id")))
        .list();
    return entrants.buildOrThrow();
  }

  private static RoomDrawView parse(ResultSet row) throws SQLException {
    try {
      return RoomDrawRecord.parseFrom(row.getBytes("state")).getView();
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("room_draw.state can't be read", e);
    }
  }
}
