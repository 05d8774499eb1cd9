package io.flywheel.analytics;

import static java.util.stream.Collectors.joining;

import com.google.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Reads all figures of a merchant, and adds to them what they lack. Thread-safe. */
final class RebuildDao {
  /** One row at a time, for there may be millions: the driver takes no other number for that. */
  private static final int ROW_BY_ROW = Integer.MIN_VALUE;

  private static final String ADD_TO_VISIT =
      "UPDATE visit SET "
          + Stream.concat(
                  Stream.of(
                      "first_visit = :first",
                      "entered_ms = IF(entered_ms = :wasFrom, :from, LEAST(entered_ms, :from))",
                      "last_seen_ms = IF(last_seen_ms = :wasTo, :to, GREATEST(last_seen_ms, :to))",
                      "left_ms = IF(left_ms = :wasGone, :gone, GREATEST(left_ms, :gone))"),
                  additions())
              .collect(joining(", "))
          + " WHERE merchant_id = :merchantId AND room_id = :roomId"
          + " AND broadcast_id = :broadcastId AND viewer_id = :viewerId";

  private static final String ADD_TO_MINUTE =
      "UPDATE room_minute SET "
          + additions().collect(joining(", "))
          + " WHERE merchant_id = :merchantId AND room_id = :roomId"
          + " AND broadcast_id = :broadcastId AND minute = :minute AND shard = 0";

  @Inject
  RebuildDao() {}

  /** A visit as it is stored. */
  record StoredVisit(
      VisitKey key,
      long enteredMillis,
      long lastSeenMillis,
      long leftMillis,
      boolean firstVisit,
      Counts counts) {
    /** A visit of which nothing is known. */
    static StoredVisit none(VisitKey key) {
      return new StoredVisit(key, Tally.NEVER_CAME, 0, 0, false, new Counts());
    }

    /** The same with what is added to it. */
    StoredVisit plus(Tally.@Nullable Visit more) {
      if (more == null) {
        return this;
      }
      Counts sum = new Counts();
      sum.addAll(counts);
      sum.addAll(more.counts);
      return new StoredVisit(
          key,
          Math.min(enteredMillis, more.enteredMillis),
          Math.max(lastSeenMillis, more.lastSeenMillis),
          Math.max(leftMillis, more.leftMillis),
          firstVisit || more.firstVisit,
          sum);
    }

    /** The same, but whether it was the first is as of another. */
    StoredVisit firstAs(StoredVisit other) {
      return new StoredVisit(
          key, enteredMillis, lastSeenMillis, leftMillis, other.firstVisit, counts);
    }
  }

  /** A cell of retention, in days since 1970. */
  record Cell(long firstDay, long activeDay) implements Comparable<Cell> {
    @Override
    public int compareTo(Cell other) {
      int byFirst = Long.compare(firstDay, other.firstDay);
      return byFirst != 0 ? byFirst : Long.compare(activeDay, other.activeDay);
    }
  }

  /**
   * What a visit lacks.
   *
   * @param was what was found
   * @param is what it should have been
   * @param missing the difference of the counts
   */
  record VisitRepair(StoredVisit was, StoredVisit is, Counts missing) {}

  /** What is to be added. Used by one thread. */
  static final class Repair {
    final List<VisitRepair> visits = new ArrayList<>();
    final SortedMap<Tally.MinuteKey, Counts> minutes = new TreeMap<>();
    final SortedMap<Cell, Long> cells = new TreeMap<>();

    /** When broadcasts began. */
    final SortedMap<Place, Long> begun = new TreeMap<>();
  }

  /** How many visits a merchant has. */
  long visits(Handle handle, String merchantId) {
    return handle
        .createQuery("SELECT COUNT(*) FROM visit WHERE merchant_id = :merchantId")
        .bind("merchantId", merchantId)
        .mapTo(Long.class)
        .one();
  }

  /** The broadcasts that began at a time or later. */
  List<Place> broadcastsSince(Handle handle, String merchantId, long sinceMillis) {
    return handle
        .createQuery(
            """
            SELECT room_id, broadcast_id FROM room_broadcast
            WHERE merchant_id = :merchantId AND started_ms >= :since\
            """)
        .bind("merchantId", merchantId)
        .bind("since", sinceMillis)
        .map((row, context) ->
            new Place(merchantId, row.getString("room_id"), row.getString("broadcast_id")))
        .list();
  }

  /** When a broadcast began; empty: it is not known. */
  OptionalLong startedMillis(Handle handle, Place place) {
    return bind(
            handle.createQuery(
                """
                SELECT started_ms FROM room_broadcast
                WHERE merchant_id = :merchantId AND room_id = :roomId AND broadcast_id = :broadcastId\
                """),
            place)
        .mapTo(Long.class)
        .stream()
        .mapToLong(Long::longValue)
        .findFirst();
  }

  /** Hands over all visits. */
  void forEachVisit(Handle handle, String merchantId, Consumer<StoredVisit> taker) {
    handle
        .createQuery(
            """
            SELECT room_id, broadcast_id, viewer_id, entered_ms, last_seen_ms, left_ms, first_visit,
              %s
            FROM visit
            WHERE merchant_id = :merchantId\
            """
                .formatted(Figure.COLUMNS))
        .bind("merchantId", merchantId)
        .setFetchSize(ROW_BY_ROW)
        .map((row, context) -> visit(merchantId, row))
        .forEach(taker);
  }

  /** Hands over what happened in minutes from one on, each as the sum of its shards. */
  void forEachMinute(
      Handle handle,
      String merchantId,
      long fromMinute,
      BiConsumer<Tally.MinuteKey, Counts> taker) {
    handle
        .createQuery(
            """
            SELECT room_id, broadcast_id, minute,
              %s
            FROM room_minute
            WHERE merchant_id = :merchantId AND minute >= :fromMinute
            GROUP BY room_id, broadcast_id, minute\
            """
                .formatted(Figure.SUMS))
        .bind("merchantId", merchantId)
        .bind("fromMinute", fromMinute)
        .setFetchSize(ROW_BY_ROW)
        .map((row, context) ->
            Map.entry(
                new Tally.MinuteKey(place(merchantId, row), row.getLong("minute")),
                Counts.read(row)))
        .forEach(minute -> taker.accept(minute.getKey(), minute.getValue()));
  }

  /** All cells of retention. */
  Map<Cell, Long> cells(Handle handle, String merchantId) {
    Map<Cell, Long> cells = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT first_day, active_day, SUM(viewers) AS viewers FROM retention_day
            WHERE merchant_id = :merchantId
            GROUP BY first_day, active_day\
            """)
        .bind("merchantId", merchantId)
        .map((row, context) ->
            Map.entry(
                new Cell(row.getLong("first_day"), row.getLong("active_day")),
                row.getLong("viewers")))
        .forEach(cell -> cells.put(cell.getKey(), cell.getValue()));
    return cells;
  }

  /** Adds what is missing. */
  void mend(Handle handle, String merchantId, Repair repair) {
    for (VisitRepair each : repair.visits) {
      mend(handle, each);
      Place place = each.is().key().place();
      Long begun = repair.begun.get(place);
      if (begun != null && begun != Tally.NEVER_CAME) {
        bind(
                handle.createUpdate(
                    """
                    INSERT IGNORE INTO room_broadcast (merchant_id, room_id, broadcast_id, started_ms)
                    VALUES (:merchantId, :roomId, :broadcastId, :begun)\
                    """),
                place)
            .bind("begun", begun)
            .execute();
      }
    }
    repair.minutes.forEach((key, missing) -> mend(handle, key, missing));
    repair.cells.forEach((cell, missing) ->
        handle
            .createUpdate(
                """
                INSERT INTO retention_day (merchant_id, first_day, active_day, shard, viewers)
                VALUES (:merchantId, :firstDay, :activeDay, 0, :missing)
                ON DUPLICATE KEY UPDATE viewers = viewers + VALUES(viewers)\
                """)
            .bind("merchantId", merchantId)
            .bind("firstDay", cell.firstDay)
            .bind("activeDay", cell.activeDay)
            .bind("missing", missing)
            .execute());
  }

  private static void mend(Handle handle, VisitRepair repair) {
    VisitKey key = repair.is.key;
    bind(
            handle.createUpdate(
                """
                INSERT IGNORE INTO visit (merchant_id, room_id, broadcast_id, viewer_id,
                  entered_ms, last_seen_ms, left_ms, first_visit)
                VALUES (:merchantId, :roomId, :broadcastId, :viewerId, :never, 0, 0, 0)\
                """),
            key.place())
        .bind("viewerId", key.viewerId())
        .bind("never", Tally.NEVER_CAME)
        .execute();
    bind(bind(handle.createUpdate(ADD_TO_VISIT), key.place()), repair.missing)
        .bind("viewerId", key.viewerId())
        .bind("first", repair.is.firstVisit ? 1 : 0)
        .bind("wasFrom", repair.was.enteredMillis)
        .bind("from", repair.is.enteredMillis)
        .bind("wasTo", repair.was.lastSeenMillis)
        .bind("to", repair.is.lastSeenMillis)
        .bind("wasGone", repair.was.leftMillis)
        .bind("gone", repair.is.leftMillis)
        .execute();
  }

  private static void mend(Handle handle, Tally.MinuteKey key, Counts missing) {
    bind(
            handle.createUpdate(
                """
                INSERT IGNORE INTO room_minute (merchant_id, room_id, broadcast_id, minute, shard,
                  entered, likes, comments, shares, follows, clicks, orders, ordered_minor,
                  check_ins, tiers_reached, rewards, points, watched_ms)
                VALUES (:merchantId, :roomId, :broadcastId, :minute, 0,
                  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)\
                """),
            key.place())
        .bind("minute", key.minute())
        .execute();
    bind(bind(handle.createUpdate(ADD_TO_MINUTE), key.place()), missing)
        .bind("minute", key.minute())
        .execute();
  }

  private static Stream<String> additions() {
    return Stream.of(Figure.values())
        .map(figure -> "%1$s = %1$s + :%1$s".formatted(figure.column()));
  }

  private static <S extends SqlStatement<S>> S bind(S statement, Counts missing) {
    for (Figure figure : Figure.values()) {
      statement.bind(figure.column(), missing.of(figure));
    }
    return statement;
  }

  private static <S extends SqlStatement<S>> S bind(S statement, Place place) {
    return statement
        .bind("merchantId", place.merchantId())
        .bind("roomId", place.roomId())
        .bind("broadcastId", place.broadcastId());
  }

  private static StoredVisit visit(String merchantId, ResultSet row) throws SQLException {
    return new StoredVisit(
        new VisitKey(place(merchantId, row), row.getString("viewer_id")),
        row.getLong("entered_ms"),
        row.getLong("last_seen_ms"),
        row.getLong("left_ms"),
        row.getBoolean("first_visit"),
        Counts.read(row));
  }

  private static Place place(String merchantId, ResultSet row) throws SQLException {
    return new Place(merchantId, row.getString("room_id"), row.getString("broadcast_id"));
  }
}
