package io.flywheel.engine;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.db.Database;
import io.flywheel.v1.ParkedFollowUp;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/** Follow-ups that failed so often that they wait for somebody to look. Thread-safe. */
public final class ParkedFollowUps {
  private static final HexFormat HEX = HexFormat.of();

  private final Database database;
  private final Clock clock;

  @Inject
  ParkedFollowUps(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * A merchant's, by their ids.
   *
   * @param after the id after which the list begins, in hexadecimal digits; empty: at the first
   */
  public List<ParkedFollowUp> list(String merchantId, String after, int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                SELECT follow_up_id, viewer_id, body_type, due_ms, parked_ms, reason FROM follow_up_parked
                WHERE merchant_id = :merchantId AND follow_up_id > :after
                ORDER BY follow_up_id
                LIMIT :limit\
                """)
            .bind("merchantId", merchantId)
            .bind("after", HEX.parseHex(after))
            .bind("limit", limit)
            .map((row, context) -> parked(row))
            .list());
  }

  /**
   * Lets parked ones be tried again; of a timer that was set since, only the new time counts.
   *
   * @param ids in hexadecimal digits
   * @return how many of them were parked
   */
  public int retry(String merchantId, List<String> ids) {
    SortedSet<String> ordered = new TreeSet<>(ids);
    return database.inTransaction(handle ->
        ordered.stream().mapToInt(id -> retry(handle, merchantId, HEX.parseHex(id))).sum());
  }

  private int retry(Handle handle, String merchantId, byte[] id) {
    handle
        .createUpdate(
            """
            INSERT IGNORE INTO follow_up
              (merchant_id, follow_up_id, shard, due_ms, retry_ms, viewer_id, room_id, broadcast_id, body_type, body,
               attempts)
            SELECT merchant_id, follow_up_id, shard, due_ms, :now, viewer_id, room_id, broadcast_id, body_type, body, 0
            FROM follow_up_parked
            WHERE merchant_id = :merchantId AND follow_up_id = :id\
            """)
        .bind("now", clock.millis())
        .bind("merchantId", merchantId)
        .bind("id", id)
        .execute();
    return handle
        .createUpdate(
            """
            DELETE FROM follow_up_parked
            WHERE merchant_id = :merchantId AND follow_up_id = :id\
            """)
        .bind("merchantId", merchantId)
        .bind("id", id)
        .execute();
  }

  private static ParkedFollowUp parked(ResultSet row) throws SQLException {
    return ParkedFollowUp.newBuilder()
        .setId(HEX.formatHex(row.getBytes("follow_up_id")))
        .setActorId(row.getString("viewer_id"))
        .setType(row.getString("body_type"))
        .setDueAt(Timestamps.fromMillis(row.getLong("due_ms")))
        .setParkedAt(Timestamps.fromMillis(row.getLong("parked_ms")))
        .setReason(row.getString("reason"))
        .build();
  }
}
