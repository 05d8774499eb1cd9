package io.flywheel.engine;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What actions left to be done later. Thread-safe. */
final class FollowUps {
  private static final Logger log = LoggerFactory.getLogger(FollowUps.class);

  private static final int UNKNOWN_TYPE_ATTEMPTS = 12;

  private final ReactionTable reactions;

  @Inject
  FollowUps(ReactionTable reactions) {
    this.reactions = reactions;
  }

  /**
   * A follow-up.
   *
   * @param attempts how often it has failed
   */
  record Row(
      Id id,
      Instant due,
      ViewerKey viewer,
      String roomId,
      String broadcastId,
      Message body,
      int attempts) {
    Action toAction() {
      return new Action(viewer, roomId, broadcastId, due, body, new Action.FollowUp(id));
    }
  }

  private record Place(String merchantId, Id id) {}

  /** Adds follow-ups. */
  static final class Appender implements io.flywheel.engine.Appender<Row> {
    @Override
    public void append(Script script, List<Row> rows) {
      script.write(
          """
          INSERT INTO follow_up
            (follow_up_id, due_ms, retry_ms, merchant_id, viewer_id, room_id, broadcast_id, body_type, body, attempts)
          VALUES\
          """,
          10,
          "",
          rows,
          (statement, index, row) -> {
            statement.setBytes(index, row.id.toBytes());
            statement.setLong(index + 1, row.due.toEpochMilli());
            statement.setLong(index + 2, row.due.toEpochMilli());
            statement.setString(index + 3, row.viewer.merchantId());
            statement.setString(index + 4, row.viewer.viewerId());
            statement.setString(index + 5, row.roomId);
            statement.setString(index + 6, row.broadcastId);
            statement.setString(index + 7, row.body.getDescriptorForType().getFullName());
            statement.setBytes(index + 8, row.body.toByteArray());
            statement.setInt(index + 9, row.attempts);
            return index + 10;
          });
    }
  }

  /**
   * What is to be tried now, the longest waiting first. Rows that this version can't read are put
   * off.
   */
  List<Row> due(Handle handle, Instant now, int limit) {
    List<Row> due = new ArrayList<>();
    List<Place> unknown = new ArrayList<>();
    handle
        .createQuery(
            """
            SELECT follow_up_id, due_ms, merchant_id, viewer_id, room_id, broadcast_id, body_type, body, attempts
            FROM follow_up
            WHERE retry_ms <= :now
            ORDER BY retry_ms
            LIMIT :limit\
            """)
        .bind("now", now.toEpochMilli())
        .bind("limit", limit)
        .map((row, context) -> {
          Row read = read(row);
          return read == null
              ? unknown.add(
                  new Place(
                      row.getString("merchant_id"), Id.fromBytes(row.getBytes("follow_up_id"))))
              : due.add(read);
        })
        .list();
    unknown.forEach(
        place -> putOff(handle, place.merchantId, place.id, UNKNOWN_TYPE_ATTEMPTS, now));
    return due;
  }

  /** Adds to a script the finding of those that are still to be done. */
  void findWaiting(Script script, Map<String, Set<Id>> idsByMerchant, Set<Id> waiting) {
    idsByMerchant.forEach((merchantId, ids) ->
        script.read(
            "SELECT follow_up_id FROM follow_up WHERE merchant_id = ? AND follow_up_id IN",
            merchantId,
            "",
            ids,
            FollowUps::bindId,
            row -> waiting.add(Id.fromBytes(row.getBytes("follow_up_id")))));
  }

  void delete(Script script, Map<String, Set<Id>> idsByMerchant) {
    idsByMerchant.forEach((merchantId, ids) ->
        script.delete(
            "DELETE FROM follow_up WHERE merchant_id = ? AND follow_up_id IN",
            merchantId,
            ids,
            FollowUps::bindId));
  }

  /** Puts off one that failed, for longer each time, to an hour at most. */
  void putOff(Handle handle, String merchantId, Id id, int attempts, Instant now) {
    long delaySeconds = Math.min(3_600, 1L << Math.min(attempts + 1, 12));
    handle
        .createUpdate(
            """
            UPDATE follow_up SET retry_ms = :retry, attempts = attempts + 1
            WHERE merchant_id = :merchantId AND follow_up_id = :id\
            """)
        .bind("retry", now.plusSeconds(delaySeconds).toEpochMilli())
        .bind("merchantId", merchantId)
        .bind("id", id.toBytes())
        .execute();
  }

  private @Nullable Row read(ResultSet row) throws SQLException {
    String type = row.getString("body_type");
    Message defaultInstance = reactions.messageType(type);
    if (defaultInstance == null) {
      log.warn(
          "a follow-up of type {} waits: this version of the service knows no such type", type);
      return null;
    }
    return new Row(
        Id.fromBytes(row.getBytes("follow_up_id")),
        Instant.ofEpochMilli(row.getLong("due_ms")),
        new ViewerKey(row.getString("merchant_id"), row.getString("viewer_id")),
        row.getString("room_id"),
        row.getString("broadcast_id"),
        parse(defaultInstance, row.getBytes("body")),
        row.getInt("attempts"));
  }

  private static Message parse(Message type, byte[] bytes) throws SQLException {
    try {
      return type.getParserForType().parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("follow_up.body can't be read", e);
    }
  }

  private static int bindId(PreparedStatement statement, int index, Id id) throws SQLException {
    statement.setBytes(index, id.toBytes());
    return index + 1;
  }
}
