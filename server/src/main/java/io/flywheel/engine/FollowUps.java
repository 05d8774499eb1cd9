package io.flywheel.engine;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What actions left to be done later. The transaction that does it deletes the row, under the lock
 * on whoever does it, so that it is done once however many nodes try. A timer is a row, too, whose
 * id follows from its name; what was found due counts only as long as the row still says so.
 * Thread-safe.
 */
final class FollowUps {
  /** All shards, over which rows are spread by whose they are; a node looks after some of them. */
  static final Set<Integer> SHARDS =
      IntStream.range(0, 64).boxed().collect(Collectors.toUnmodifiableSet());

  /** With the pauses in between, more than half a day. */
  static final int ATTEMPTS = 24;

  private static final Logger log = LoggerFactory.getLogger(FollowUps.class);
  private static final int ROWS_A_SHARD = 100;
  private static final int UNKNOWN_TYPE_ATTEMPTS = 12;
  private static final int MAX_REASON_LETTERS = 500;

  private static final String DUE =
      """
      SELECT follow_up_id, due_ms, merchant_id, viewer_id, room_id, broadcast_id, body_type, body, attempts
      FROM follow_up
      WHERE shard = ? AND retry_ms <= ?
      ORDER BY retry_ms
      LIMIT ?\
      """;

  private final ReactionTable reactions;
  private final Counter parked;

  @Inject
  FollowUps(ReactionTable reactions, MeterRegistry metrics) {
    this.reactions = reactions;
    this.parked =
        Counter.builder("flywheel.engine.follow.ups.parked")
            .description(
                "Follow-ups given up after " + ATTEMPTS + " attempts; see OperationsService")
            .register(metrics);
  }

  /**
   * A follow-up.
   *
   * @param due when it is to be done, in whole milliseconds
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

  private record Place(String merchantId, Id id, Instant due) {}

  /** A follow-up that was not tried yet. */
  static Row row(
      Id id, Instant due, ViewerKey target, String roomId, String broadcastId, Message body) {
    Instant millis = Instant.ofEpochMilli(due.toEpochMilli()); // as it is kept
    return new Row(id, millis, target, roomId, broadcastId, body, 0);
  }

  /** The id of a timer. */
  static Id timerId(ViewerKey viewer, String name) {
    return Id.of("timer", viewer.merchantId(), viewer.viewerId(), name);
  }

  /** Adds to a script the saving of follow-ups; a timer takes its former row's place. */
  void save(Script script, Collection<Row> rows) {
    script.write(
        """
        INSERT INTO follow_up
          (merchant_id, follow_up_id, shard, due_ms, retry_ms, viewer_id, room_id, broadcast_id, body_type, body, attempts)
        VALUES\
        """,
        11,
        """
        ON DUPLICATE KEY UPDATE
          due_ms = VALUES(due_ms), retry_ms = VALUES(retry_ms), room_id = VALUES(room_id),
          broadcast_id = VALUES(broadcast_id), body_type = VALUES(body_type), body = VALUES(body), attempts = 0\
        """,
        rows,
        (values, row) -> {
          values.text(row.viewer.merchantId());
          values.bytes(row.id.toBytes());
          values.number(row.viewer.spread() % SHARDS.size());
          values.number(row.due.toEpochMilli());
          values.number(row.due.toEpochMilli());
          values.text(row.viewer.viewerId());
          values.text(row.roomId);
          values.text(row.broadcastId);
          values.text(row.body.getDescriptorForType().getFullName());
          values.bytes(row.body.toByteArray());
          values.number(row.attempts);
        });
  }

  /**
   * What is to be tried now, in each shard the longest waiting first, and a bounded number of them.
   * Rows that this version can't read are put off.
   */
  List<Row> due(Handle handle, Collection<Integer> shards, Instant now) {
    List<Row> due = new ArrayList<>();
    List<Place> unreadable = new ArrayList<>();
    Script script = new Script(handle);
    script.readEach(
        DUE,
        shards,
        (values, shard) -> {
          values.number(shard);
          values.number(now.toEpochMilli());
          values.number(ROWS_A_SHARD);
        },
        row -> {
          Row read = read(row);
          if (read == null) {
            unreadable.add(place(row));
          } else {
            due.add(read);
          }
        });
    script.run();
    unreadable.forEach(place -> putOff(handle, place, UNKNOWN_TYPE_ATTEMPTS, now));
    return due;
  }

  /**
   * Adds to a script the finding of those that are still to be done, and when.
   *
   * @param beside takes it, as it does one row; null: the script does
   */
  void findWaiting(
      Script script,
      @Nullable SideBySide beside,
      Map<String, Set<Id>> idsByMerchant,
      Map<Id, Instant> waiting) {
    if (beside != null) {
      idsByMerchant.forEach((merchantId, ids) ->
          ids.forEach(id -> beside.add(dueOf(merchantId), id, due -> waiting.put(id, due))));
      return;
    }
    idsByMerchant.forEach((merchantId, ids) ->
        script.read(
            "SELECT follow_up_id, due_ms FROM follow_up WHERE merchant_id = ? AND follow_up_id IN",
            merchantId,
            "",
            ids,
            FollowUps::bindId,
            row ->
                waiting.put(
                    Id.fromBytes(row.getBytes("follow_up_id")),
                    Instant.ofEpochMilli(row.getLong("due_ms")))));
  }

  /**
   * Adds to a script the deletion of follow-ups that were done, or are to be done no more.
   *
   * @param merchantsById whose each is
   */
  void delete(Script script, Map<Id, String> merchantsById) {
    Map<String, SortedSet<Id>> byMerchant = new TreeMap<>();
    merchantsById.forEach((id, merchantId) ->
        byMerchant.computeIfAbsent(merchantId, unused -> new TreeSet<>()).add(id));
    byMerchant.forEach((merchantId, ids) ->
        script.delete(
            "DELETE FROM follow_up WHERE merchant_id = ? AND follow_up_id IN",
            merchantId,
            ids,
            FollowUps::bindId));
  }

  /**
   * Notes that one failed: it is put off, for longer each time, to an hour at most, and parked when
   * it has failed often enough. One that was done, or set to another time, since stays as it is.
   */
  void failed(Handle handle, Row row, String reason, Instant now) {
    Place place = new Place(row.viewer.merchantId(), row.id, row.due);
    if (row.attempts + 1 < ATTEMPTS) {
      putOff(handle, place, row.attempts, now);
    } else if (park(handle, place, reason, now)) {
      parked.increment();
    }
  }

  private static void putOff(Handle handle, Place place, int attempts, Instant now) {
    long delaySeconds = Math.min(3_600, 1L << Math.min(attempts + 1, 12));
    handle
        .createUpdate(
            """
            UPDATE follow_up SET retry_ms = :retry, attempts = attempts + 1
            WHERE merchant_id = :merchantId AND follow_up_id = :id AND due_ms = :due\
            """)
        .bind("retry", now.plusSeconds(delaySeconds).toEpochMilli())
        .bind("merchantId", place.merchantId)
        .bind("id", place.id.toBytes())
        .bind("due", place.due.toEpochMilli())
        .execute();
  }

  private static boolean park(Handle handle, Place place, String reason, Instant now) {
    handle
        .createUpdate(
            """
            INSERT INTO follow_up_parked
              (merchant_id, follow_up_id, shard, due_ms, viewer_id, room_id, broadcast_id, body_type, body, attempts,
               parked_ms, reason)
            SELECT merchant_id, follow_up_id, shard, due_ms, viewer_id, room_id, broadcast_id, body_type, body,
              attempts + 1, :now, :reason
            FROM follow_up
            WHERE merchant_id = :merchantId AND follow_up_id = :id AND due_ms = :due
            ON DUPLICATE KEY UPDATE
              due_ms = VALUES(due_ms), body_type = VALUES(body_type), body = VALUES(body),
              attempts = VALUES(attempts), parked_ms = VALUES(parked_ms), reason = VALUES(reason)\
            """)
        .bind("now", now.toEpochMilli())
        .bind("reason", reason.substring(0, Math.min(reason.length(), MAX_REASON_LETTERS)))
        .bind("merchantId", place.merchantId)
        .bind("id", place.id.toBytes())
        .bind("due", place.due.toEpochMilli())
        .execute();
    return handle
            .createUpdate(
                """
                DELETE FROM follow_up
                WHERE merchant_id = :merchantId AND follow_up_id = :id AND due_ms = :due\
                """)
            .bind("merchantId", place.merchantId)
            .bind("id", place.id.toBytes())
            .bind("due", place.due.toEpochMilli())
            .execute()
        > 0;
  }

  private @Nullable Row read(ResultSet row) throws SQLException {
    String type = row.getString("body_type");
    Message defaultInstance = reactions.messageType(type);
    Place place = place(row);
    if (defaultInstance == null) {
      log.warn(
          "a follow-up of type {} waits: this version of the service knows no such type", type);
      return null;
    }
    try {
      return new Row(
          place.id,
          place.due,
          new ViewerKey(place.merchantId, row.getString("viewer_id")),
          row.getString("room_id"),
          row.getString("broadcast_id"),
          defaultInstance.getParserForType().parseFrom(row.getBytes("body")),
          row.getInt("attempts"));
    } catch (InvalidProtocolBufferException e) {
      log.error("the body of {}, a follow-up of type {}, can't be read", place, type, e);
      return null;
    }
  }

  private static Place place(ResultSet row) throws SQLException {
    return new Place(
        row.getString("merchant_id"),
        Id.fromBytes(row.getBytes("follow_up_id")),
        Instant.ofEpochMilli(row.getLong("due_ms")));
  }

  private static SingleRow<Id, Instant> dueOf(String merchantId) {
    return new SingleRow<>(
        "follow_up",
        List.of("merchant_id", "follow_up_id"),
        List.of("due_ms"),
        (values, id) -> {
          values.text(merchantId);
          bindId(values, id);
        },
        (row, first) -> Instant.ofEpochMilli(row.getLong(first)));
  }

  private static void bindId(Values values, Id id) {
    values.bytes(id.toBytes());
  }
}
