package io.flywheel.analytics;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.RoomMinute;
import io.flywheel.v1.Visit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Reads figures, and forgets minutes that are old. Thread-safe. */
final class FiguresDao {
  private static final int PURGE_CHUNK = 5_000;

  /**
   * The viewers of a broadcast who watched for so many whole minutes, added up. Those of whom there
   * is no sign of life, such as somebody who ordered by another way, are no viewers.
   *
   * @param startedMillis {@link Tally#NEVER_CAME} where nobody came
   */
  record Audience(
      int watchedMinutes,
      int viewers,
      int present,
      int firstVisits,
      long startedMillis,
      long lastSeenMillis,
      Counts counts) {}

  /** A room and the latest sign of life in it. */
  record ActiveRoom(String roomId, long lastSeenMillis) {}

  /** How many viewers came to a broadcast and are still there, and when. */
  record Attendance(int viewers, int present, long startedMillis, long lastSeenMillis) {}

  @Inject
  FiguresDao() {}

  /** The broadcast of a room that began last. */
  Optional<String> latestBroadcast(Handle handle, String merchantId, String roomId) {
    return handle
        .createQuery(
            """
            SELECT broadcast_id FROM room_broadcast
            WHERE merchant_id = :merchantId AND room_id = :roomId
            ORDER BY started_ms DESC, broadcast_id DESC
            LIMIT 1\
            """)
        .bind("merchantId", merchantId)
        .bind("roomId", roomId)
        .mapTo(String.class)
        .findOne();
  }

  /**
   * Everybody at a broadcast by how long they watched.
   *
   * @param maxMinutes the last group, for as long and longer
   * @param presentSince the earliest last sign of life of those who are still there
   */
  List<Audience> audience(Handle handle, Place place, int maxMinutes, long presentSince) {
    return bind(
            handle.createQuery(
                """
                SELECT LEAST(watched_ms DIV 60000, :maxMinutes) AS watched_minutes,
                  SUM(last_seen_ms > 0) AS viewers,
                  SUM(last_seen_ms > left_ms AND last_seen_ms >= :presentSince) AS present,
                  SUM(first_visit) AS first_visits,
                  MIN(entered_ms) AS started_ms, MAX(last_seen_ms) AS last_seen_ms,
                  %s
                FROM visit
                WHERE merchant_id = :merchantId AND room_id = :roomId AND broadcast_id = :broadcastId
                GROUP BY watched_minutes\
                """
                    .formatted(Figure.SUMS)),
            place)
        .bind("maxMinutes", maxMinutes)
        .bind("presentSince", presentSince)
        .map((row, context) ->
            new Audience(
                row.getInt("watched_minutes"),
                row.getInt("viewers"),
                row.getInt("present"),
                row.getInt("first_visits"),
                row.getLong("started_ms"),
                row.getLong("last_seen_ms"),
                Counts.read(row)))
        .list();
  }

  /** How many came to a broadcast and are still there. */
  Attendance attendance(Handle handle, Place place, long presentSince) {
    return bind(
            handle.createQuery(
                """
                SELECT COUNT(*) AS viewers,
                  COALESCE(SUM(last_seen_ms > left_ms AND last_seen_ms >= :presentSince), 0) AS present,
                  COALESCE(MIN(entered_ms), 0) AS started_ms,
                  COALESCE(MAX(last_seen_ms), 0) AS last_seen_ms
                FROM visit
                WHERE merchant_id = :merchantId AND room_id = :roomId AND broadcast_id = :broadcastId
                  AND last_seen_ms > 0\
                """),
            place)
        .bind("presentSince", presentSince)
        .map((row, context) ->
            new Attendance(
                row.getInt("viewers"),
                row.getInt("present"),
                row.getLong("started_ms"),
                row.getLong("last_seen_ms")))
        .one();
  }

  /** Who came to a broadcast last, newest first. */
  List<Visit> newest(Handle handle, Place place, long presentSince, int limit) {
    return bind(
            handle.createQuery(
                """
                SELECT room_id, broadcast_id, viewer_id, entered_ms, last_seen_ms, left_ms, first_visit,
                  %s
                FROM visit
                WHERE merchant_id = :merchantId AND room_id = :roomId AND broadcast_id = :broadcastId
                  AND last_seen_ms > 0
                ORDER BY entered_ms DESC, viewer_id
                LIMIT :limit\
                """
                    .formatted(Figure.COLUMNS)),
            place)
        .bind("limit", limit)
        .map((row, context) -> visit(row, presentSince))
        .list();
  }

  /** Who did most at a broadcast, most active first. */
  List<Visit> mostActive(Handle handle, Place place, long presentSince, int limit) {
    return bind(
            handle.createQuery(
                """
                SELECT room_id, broadcast_id, viewer_id, entered_ms, last_seen_ms, left_ms, first_visit,
                  %s
                FROM visit
                WHERE merchant_id = :merchantId AND room_id = :roomId AND broadcast_id = :broadcastId
                  AND last_seen_ms > 0 AND likes + comments + shares + follows + clicks + orders > 0
                ORDER BY likes + comments + shares + follows + clicks + orders DESC, viewer_id
                LIMIT :limit\
                """
                    .formatted(Figure.COLUMNS)),
            place)
        .bind("limit", limit)
        .map((row, context) -> visit(row, presentSince))
        .list();
  }

  /** The last minute of a broadcast in which something happened. */
  OptionalLong latestMinute(Handle handle, Place place) {
    return bind(
            handle.createQuery(
                """
                SELECT minute FROM room_minute
                WHERE merchant_id = :merchantId AND room_id = :roomId AND broadcast_id = :broadcastId
                ORDER BY minute DESC
                LIMIT 1\
                """),
            place)
        .mapTo(Long.class)
        .stream()
        .mapToLong(Long::longValue)
        .findFirst();
  }

  /** What happened at a broadcast from a minute on, oldest first. */
  List<RoomMinute> minutes(Handle handle, Place place, long fromMinute) {
    return bind(
            handle.createQuery(
                """
                SELECT minute,
                  %s
                FROM room_minute
                WHERE merchant_id = :merchantId AND room_id = :roomId AND broadcast_id = :broadcastId
                  AND minute >= :fromMinute
                GROUP BY minute
                ORDER BY minute\
                """
                    .formatted(Figure.SUMS)),
            place)
        .bind("fromMinute", fromMinute)
        .map((row, context) ->
            RoomMinute.newBuilder()
                .setMinute(Timestamps.fromMillis(row.getLong("minute") * Tally.MINUTE_MILLIS))
                .setCounts(Counts.read(row).toProto())
                .build())
        .list();
  }

  /**
   * What the visits of one broadcast with the same whole minutes of watch time came to.
   *
   * @param followed in how many of them the viewer followed
   */
  record BroadcastPart(
      long startedMillis,
      int watchedMinutes,
      int visits,
      int firstVisits,
      int followed,
      Counts counts) {}

  /**
   * The broadcasts that began from a time to another, which is not part of it.
   *
   * @param roomId empty: all rooms
   * @param maxMinutes the last group of watch times, for as long and longer
   */
  List<BroadcastPart> broadcasts(
      Handle handle,
      String merchantId,
      String roomId,
      long fromMillis,
      long toMillis,
      int maxMinutes) {
    return handle
        .createQuery(
            """
            SELECT began.started_ms AS started_ms,
              LEAST(visit.watched_ms DIV 60000, :maxMinutes) AS watched_minutes,
              SUM(visit.last_seen_ms > 0) AS visits,
              SUM(visit.first_visit) AS first_visits,
              SUM(visit.follows > 0) AS followed,
              %s
            FROM room_broadcast began
            JOIN visit ON visit.merchant_id = began.merchant_id AND visit.room_id = began.room_id
              AND visit.broadcast_id = began.broadcast_id
            WHERE began.merchant_id = :merchantId AND began.started_ms >= :from AND began.started_ms < :to
              AND (:roomId = '' OR began.room_id = :roomId)
            GROUP BY began.room_id, began.broadcast_id, began.started_ms, watched_minutes\
            """
                .formatted(Figure.SUMS))
        .bind("merchantId", merchantId)
        .bind("roomId", roomId)
        .bind("from", fromMillis)
        .bind("to", toMillis)
        .bind("maxMinutes", maxMinutes)
        .map((row, context) ->
            new BroadcastPart(
                row.getLong("started_ms"),
                row.getInt("watched_minutes"),
                row.getInt("visits"),
                row.getInt("first_visits"),
                row.getInt("followed"),
                Counts.read(row)))
        .list();
  }

  /**
   * How many different viewers came to the broadcasts that began from a time to another.
   *
   * @param oneOf of how many viewers one is looked at; 1: all
   */
  long differentViewers(
      Handle handle, String merchantId, String roomId, long fromMillis, long toMillis, int oneOf) {
    return handle
            .createQuery(
                """
                SELECT COUNT(DISTINCT visit.viewer_id)
                FROM room_broadcast began
                JOIN visit ON visit.merchant_id = began.merchant_id AND visit.room_id = began.room_id
                  AND visit.broadcast_id = began.broadcast_id
                WHERE began.merchant_id = :merchantId
                  AND began.started_ms >= :from AND began.started_ms < :to
                  AND (:roomId = '' OR began.room_id = :roomId)
                  AND visit.last_seen_ms > 0 AND CRC32(visit.viewer_id) % :oneOf = 0\
                """)
            .bind("merchantId", merchantId)
            .bind("roomId", roomId)
            .bind("from", fromMillis)
            .bind("to", toMillis)
            .bind("oneOf", oneOf)
            .mapTo(Long.class)
            .one()
        * oneOf;
  }

  /** A broadcast and when it began. */
  record Begun(Place place, long startedMillis) {}

  /**
   * The broadcasts that began from a time on and stand before one, the latest first.
   *
   * @param roomId empty: all rooms
   */
  List<Begun> begunBefore(
      Handle handle, String merchantId, String roomId, long fromMillis, Begun before, int limit) {
    return handle
        .createQuery(
            """
            SELECT room_id, broadcast_id, started_ms FROM room_broadcast
            WHERE merchant_id = :merchantId AND started_ms >= :from AND started_ms <= :before
              AND (started_ms < :before OR room_id < :beforeRoom
                OR (room_id = :beforeRoom AND broadcast_id < :beforeBroadcast))
              AND (:roomId = '' OR room_id = :roomId)
            ORDER BY started_ms DESC, room_id DESC, broadcast_id DESC
            LIMIT :limit\
            """)
        .bind("merchantId", merchantId)
        .bind("roomId", roomId)
        .bind("from", fromMillis)
        .bind("before", before.startedMillis)
        .bind("beforeRoom", before.place.roomId())
        .bind("beforeBroadcast", before.place.broadcastId())
        .bind("limit", limit)
        .map((row, context) ->
            new Begun(
                new Place(merchantId, row.getString("room_id"), row.getString("broadcast_id")),
                row.getLong("started_ms")))
        .list();
  }

  /** A visit with what it is told by. */
  record CountedVisit(Visit visit, Counts counts) {}

  /** The visits of a broadcast by viewers after one, by their ids. */
  List<CountedVisit> visitsAfter(
      Handle handle, Place place, String viewerId, long presentSince, int limit) {
    return bind(
            handle.createQuery(
                """
                SELECT room_id, broadcast_id, viewer_id, entered_ms, last_seen_ms, left_ms, first_visit,
                  %s
                FROM visit
                WHERE merchant_id = :merchantId AND room_id = :roomId AND broadcast_id = :broadcastId
                  AND viewer_id > :after
                ORDER BY viewer_id
                LIMIT :limit\
                """
                    .formatted(Figure.COLUMNS)),
            place)
        .bind("after", viewerId)
        .bind("limit", limit)
        .map((row, context) -> new CountedVisit(visit(row, presentSince), Counts.read(row)))
        .list();
  }

  /** How many of those who first came on a day were active on another. */
  record Retained(long firstDay, long activeDay, long viewers) {}

  /** The cells of cohorts from a day to another, which is part of it, by rising days. */
  List<Retained> retention(Handle handle, String merchantId, long firstDay, long lastDay) {
    return handle
        .createQuery(
            """
            SELECT first_day, active_day, SUM(viewers) AS viewers FROM retention_day
            WHERE merchant_id = :merchantId AND first_day >= :firstDay AND first_day <= :lastDay
            GROUP BY first_day, active_day
            ORDER BY first_day, active_day\
            """)
        .bind("merchantId", merchantId)
        .bind("firstDay", firstDay)
        .bind("lastDay", lastDay)
        .map((row, context) ->
            new Retained(
                row.getLong("first_day"), row.getLong("active_day"), row.getLong("viewers")))
        .list();
  }

  /**
   * A merchant's rooms with a sign of life since a time, the latest first.
   *
   * @param after the room after which the page begins
   */
  List<ActiveRoom> rooms(
      Handle handle, String merchantId, long sinceMillis, ActiveRoom after, int limit) {
    return handle
        .createQuery(
            """
            SELECT room_id, MAX(last_seen_ms) AS seen_ms
            FROM room_activity
            WHERE merchant_id = :merchantId
            GROUP BY room_id
            HAVING seen_ms >= :since
              AND (seen_ms < :afterSeen OR (seen_ms = :afterSeen AND room_id > :afterRoom))
            ORDER BY seen_ms DESC, room_id
            LIMIT :limit\
            """)
        .bind("merchantId", merchantId)
        .bind("since", sinceMillis)
        .bind("afterSeen", after.lastSeenMillis())
        .bind("afterRoom", after.roomId())
        .bind("limit", limit)
        .map((row, context) -> new ActiveRoom(row.getString("room_id"), row.getLong("seen_ms")))
        .list();
  }

  /** A viewer's visits that began before a time, newest first. */
  List<Visit> visits(
      Handle handle, ViewerKey viewer, VisitPosition before, long presentSince, int limit) {
    return handle
        .createQuery(
            """
            SELECT room_id, broadcast_id, viewer_id, entered_ms, last_seen_ms, left_ms, first_visit,
              %s
            FROM visit
            WHERE merchant_id = :merchantId AND viewer_id = :viewerId AND entered_ms <= :entered
              AND (entered_ms < :entered
                OR room_id < :roomId
                OR (room_id = :roomId AND broadcast_id < :broadcastId))
            ORDER BY entered_ms DESC, room_id DESC, broadcast_id DESC
            LIMIT :limit\
            """
                .formatted(Figure.COLUMNS))
        .bind("merchantId", viewer.merchantId())
        .bind("viewerId", viewer.viewerId())
        .bind("entered", before.enteredMillis())
        .bind("roomId", before.roomId())
        .bind("broadcastId", before.broadcastId())
        .bind("limit", limit)
        .map((row, context) -> visit(row, presentSince))
        .list();
  }

  /**
   * Forgets some of the minutes before one, few enough that no lock is held for long.
   *
   * @return whether there are more
   */
  boolean purgeStep(Handle handle, long beforeMinute) {
    return handle
            .createUpdate(
                "DELETE FROM room_minute WHERE minute < :before ORDER BY minute LIMIT :limit")
            .bind("before", beforeMinute)
            .bind("limit", PURGE_CHUNK)
            .execute()
        == PURGE_CHUNK;
  }

  private static Query bind(Query query, Place place) {
    return query
        .bind("merchantId", place.merchantId())
        .bind("roomId", place.roomId())
        .bind("broadcastId", place.broadcastId());
  }

  private static Visit visit(ResultSet row, long presentSince) throws SQLException {
    long lastSeenMillis = row.getLong("last_seen_ms");
    long enteredMillis = row.getLong("entered_ms");
    Visit.Builder visit = Visit.newBuilder();
    if (enteredMillis != Tally.NEVER_CAME) {
      visit.setEnteredAt(Timestamps.fromMillis(enteredMillis));
    }
    return visit
        .setViewerId(row.getString("viewer_id"))
        .setRoomId(row.getString("room_id"))
        .setBroadcastId(row.getString("broadcast_id"))
        .setLastSeenAt(Timestamps.fromMillis(lastSeenMillis))
        .setPresent(lastSeenMillis > row.getLong("left_ms") && lastSeenMillis >= presentSince)
        .setFirstVisit(row.getBoolean("first_visit"))
        .setCounts(Counts.read(row).toProto())
        .build();
  }
}
