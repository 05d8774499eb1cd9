package io.flywheel.engine;

import com.google.inject.Inject;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.ObjLongConsumer;
import org.jdbi.v3.core.Handle;

/** The rows of the journal. Thread-safe. */
final class JournalDao {
  /** Has no rows; its order is the greatest of logs that are gone. */
  static final long GONE = 0;

  @Inject
  JournalDao() {}

  /** The end of a log. */
  record Head(String merchantId, long log, long number, long order) {}

  /** Where a row of a log stands in the order of all. */
  record Place(long log, long number, long order, int records) {}

  /** A row. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  record Row(String merchantId, Place place, byte[] body) {}

  /** Adds to a script the locking of a log's head, if it has one. */
  void lockHead(Script script, String merchantId, long log, BiConsumer<String, Head> found) {
    script.read(
        """
        SELECT log_id, head, order_us FROM journal_log WHERE merchant_id = ? AND log_id IN\
        """,
        merchantId,
        "FOR UPDATE",
        List.of(log),
        (values, id) -> values.number(id),
        row ->
            found.accept(
                merchantId,
                new Head(merchantId, log, row.getLong("head"), row.getLong("order_us"))));
  }

  /** Adds to a script the finding of the last place in each merchant's order; 0: there is none. */
  void findLast(Script script, Collection<String> merchantIds, ObjLongConsumer<String> found) {
    if (merchantIds.size() == 1) { // without groups, it takes the database half as long
      script.readEach(
          "SELECT MAX(order_us) FROM journal_log WHERE merchant_id = ?",
          merchantIds,
          (values, merchantId) -> values.text(merchantId),
          row -> found.accept(merchantIds.iterator().next(), row.getLong(1)));
      return;
    }
    script.read(
        "SELECT merchant_id, MAX(order_us) AS last_us FROM journal_log WHERE merchant_id IN",
        List.of(),
        "GROUP BY merchant_id",
        merchantIds,
        (values, merchantId) -> values.text(merchantId),
        row -> found.accept(row.getString("merchant_id"), row.getLong("last_us")));
  }

  /** Adds to a script the writing of rows, and of what they make the heads of their logs. */
  void append(Script script, List<Row> rows, Collection<Head> heads) {
    script.write(
        """
        INSERT INTO journal_batch (merchant_id, log_id, batch_number, order_us, records, body)
        VALUES\
        """,
        6,
        "",
        rows,
        (values, row) -> {
          values.text(row.merchantId);
          values.number(row.place.log);
          values.number(row.place.number);
          values.number(row.place.order);
          values.number(row.place.records);
          values.bytes(row.body);
        });
    script.write(
        "INSERT INTO journal_log (merchant_id, log_id, head, order_us) VALUES",
        4,
        "ON DUPLICATE KEY UPDATE head = VALUES(head), order_us = VALUES(order_us)",
        heads,
        (values, head) -> {
          values.text(head.merchantId);
          values.number(head.log);
          values.number(head.number);
          values.number(head.order);
        });
  }

  /** The heads of a merchant's logs at one moment, that of the log {@link #GONE} included. */
  List<Head> heads(Handle handle, String merchantId) {
    return handle
        .createQuery(
            """
            SELECT log_id, head, order_us FROM journal_log
            WHERE merchant_id = :merchantId ORDER BY log_id\
            """)
        .bind("merchantId", merchantId)
        .map((row, context) ->
            new Head(
                merchantId, row.getLong("log_id"), row.getLong("head"), row.getLong("order_us")))
        .list();
  }

  /** The next rows of a log, without what is in them. */
  List<Place> places(Handle handle, String merchantId, long log, long after, long upTo, int limit) {
    return handle
        .createQuery(
            """
            SELECT batch_number, order_us, records FROM journal_batch
            WHERE merchant_id = :merchantId AND log_id = :log
              AND batch_number > :after AND batch_number <= :upTo
            ORDER BY batch_number LIMIT :limit\
            """)
        .bind("merchantId", merchantId)
        .bind("log", log)
        .bind("after", after)
        .bind("upTo", upTo)
        .bind("limit", limit)
        .map((row, context) ->
            new Place(
                log, row.getLong("batch_number"), row.getLong("order_us"), row.getInt("records")))
        .list();
  }

  /** What is in the rows of a log from one to another, by their numbers; some may be gone. */
  Map<Long, byte[]> bodies(Handle handle, String merchantId, long log, long from, long upTo) {
    Map<Long, byte[]> bodies = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT batch_number, body FROM journal_batch
            WHERE merchant_id = :merchantId AND log_id = :log
              AND batch_number >= :from AND batch_number <= :upTo\
            """)
        .bind("merchantId", merchantId)
        .bind("log", log)
        .bind("from", from)
        .bind("upTo", upTo)
        .map((row, context) -> bodies.put(row.getLong("batch_number"), row.getBytes("body")))
        .list();
    return bodies;
  }

  /** The salt of a merchant's texts; the candidate becomes it, if there is none yet. */
  byte[] salt(Handle handle, String merchantId, byte[] candidate) {
    handle
        .createUpdate(
            "INSERT IGNORE INTO journal_salt (merchant_id, salt) VALUES (:merchantId, :salt)")
        .bind("merchantId", merchantId)
        .bind("salt", candidate)
        .execute();
    return handle
        .createQuery("SELECT salt FROM journal_salt WHERE merchant_id = :merchantId")
        .bind("merchantId", merchantId)
        .mapTo(byte[].class)
        .one();
  }

  /** How far each registered reader of a merchant's journal has come. */
  List<byte[]> positions(Handle handle, String merchantId) {
    return handle
        .createQuery("SELECT position FROM journal_reader WHERE merchant_id = :merchantId")
        .bind("merchantId", merchantId)
        .mapTo(byte[].class)
        .list();
  }

  /** How far a reader has come; empty: it is not registered. */
  Optional<byte[]> position(Handle handle, String merchantId, String readerId) {
    return handle
        .createQuery(
            """
            SELECT position FROM journal_reader
            WHERE merchant_id = :merchantId AND reader_id = :readerId\
            """)
        .bind("merchantId", merchantId)
        .bind("readerId", readerId)
        .mapTo(byte[].class)
        .findOne();
  }

  /** The same, with a lock on it until the transaction ends. */
  Optional<byte[]> lockPosition(Handle handle, String merchantId, String readerId) {
    return handle
        .createQuery(
            """
            SELECT position FROM journal_reader
            WHERE merchant_id = :merchantId AND reader_id = :readerId FOR UPDATE\
            """)
        .bind("merchantId", merchantId)
        .bind("readerId", readerId)
        .mapTo(byte[].class)
        .findOne();
  }

  /** How far the readers whose ids begin with a prefix have come, by their ids. */
  Map<String, byte[]> readers(Handle handle, String merchantId, String prefix) {
    Map<String, byte[]> positions = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT reader_id, position FROM journal_reader
            WHERE merchant_id = :merchantId AND reader_id >= :first AND reader_id < :end\
            """)
        .bind("merchantId", merchantId)
        .bind("first", prefix)
        .bind("end", prefix + "~")
        .map((row, context) ->
            positions.put(row.getString("reader_id"), row.getBytes("position")) == null)
        .list();
    return positions;
  }

  void savePosition(Handle handle, String merchantId, String readerId, byte[] position) {
    handle
        .createUpdate(
            """
            INSERT INTO journal_reader (merchant_id, reader_id, position)
            VALUES (:merchantId, :readerId, :position)
            ON DUPLICATE KEY UPDATE position = VALUES(position)\
            """)
        .bind("merchantId", merchantId)
        .bind("readerId", readerId)
        .bind("position", position)
        .execute();
  }

  void removeReader(Handle handle, String merchantId, String readerId) {
    handle
        .createUpdate(
            """
            DELETE FROM journal_reader
            WHERE merchant_id = :merchantId AND reader_id = :readerId\
            """)
        .bind("merchantId", merchantId)
        .bind("readerId", readerId)
        .execute();
  }

  /** The log after one, over all merchants. */
  Optional<Head> logAfter(Handle handle, String merchantId, long log) {
    return handle
        .createQuery(
            """
            SELECT merchant_id, log_id, head, order_us FROM journal_log
            WHERE merchant_id > :merchantId OR (merchant_id = :merchantId AND log_id > :log)
            ORDER BY merchant_id, log_id LIMIT 1\
            """)
        .bind("merchantId", merchantId)
        .bind("log", log)
        .map((row, context) ->
            new Head(
                row.getString("merchant_id"),
                row.getLong("log_id"),
                row.getLong("head"),
                row.getLong("order_us")))
        .findOne();
  }

  /** Forgets the first rows of a log that are older than a place in the order, and how many. */
  int forget(Handle handle, Head log, long upTo, long beforeOrder, int limit) {
    return handle
        .createUpdate(
            """
            DELETE FROM journal_batch
            WHERE merchant_id = :merchantId AND log_id = :log
              AND batch_number <= :upTo AND order_us < :before
            ORDER BY batch_number LIMIT :limit\
            """)
        .bind("merchantId", log.merchantId)
        .bind("log", log.log)
        .bind("upTo", upTo)
        .bind("before", beforeOrder)
        .bind("limit", limit)
        .execute();
  }

  /** Removes a log to which nothing was added since its head was read. */
  void remove(Handle handle, Head log) {
    int removed =
        handle
            .createUpdate(
                """
                DELETE FROM journal_log
                WHERE merchant_id = :merchantId AND log_id = :log AND head = :head\
                """)
            .bind("merchantId", log.merchantId)
            .bind("log", log.log)
            .bind("head", log.number)
            .execute();
    if (removed == 1) {
      handle
          .createUpdate(
              """
              INSERT INTO journal_log (merchant_id, log_id, head, order_us)
              VALUES (:merchantId, :gone, 0, :order)
              ON DUPLICATE KEY UPDATE order_us = GREATEST(order_us, VALUES(order_us))\
              """)
          .bind("merchantId", log.merchantId)
          .bind("gone", GONE)
          .bind("order", log.order)
          .execute();
    }
  }
}
