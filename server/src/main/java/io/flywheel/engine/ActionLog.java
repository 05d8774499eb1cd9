package io.flywheel.engine;

import com.google.inject.Inject;
import com.google.protobuf.ByteString;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Which events and requests took effect, and the requests' answers. Thread-safe. */
final class ActionLog {
  private static final int PURGE_CHUNK = 5_000;

  @Inject
  ActionLog() {}

  /**
   * An action that took effect.
   *
   * @param answer empty: none
   */
  record Row(Id id, Id contentHash, ByteString answer) {}

  /** Adds to a script the finding of those of the actions that took effect before. */
  void find(Script script, Collection<Id> ids, Map<Id, Row> found) {
    script.read(
        "SELECT action_id, content_hash, answer FROM action_log WHERE action_id IN",
        null,
        "",
        ids,
        (statement, index, id) -> {
          statement.setBytes(index, id.toBytes());
          return index + 1;
        },
        row -> {
          Id id = Id.fromBytes(row.getBytes("action_id"));
          byte[] answer = row.getBytes("answer");
          found.put(
              id,
              new Row(
                  id,
                  Id.fromBytes(row.getBytes("content_hash")),
                  answer == null ? ByteString.EMPTY : ByteString.copyFrom(answer)));
        });
  }

  /**
   * Remembers actions. Another node that has remembered one of them in between makes it fail as a
   * whole.
   */
  void append(Script script, List<Row> rows, Instant now) {
    script.write(
        "INSERT INTO action_log (action_id, content_hash, created_ms, answer) VALUES",
        4,
        "",
        rows,
        (statement, index, row) -> bind(statement, index, row, now));
  }

  /**
   * Forgets what is older than a time, in short steps along the primary key so that it needs no
   * other index and holds no lock for long.
   *
   * @param after where the step begins; the first one at 16 zero bytes
   * @return where the next step begins; empty: this was the last
   */
  Optional<byte[]> purgeStep(Handle handle, byte[] after, Instant olderThan) {
    List<byte[]> last =
        handle
            .createQuery(
                """
                SELECT action_id FROM action_log
                WHERE action_id > :after ORDER BY action_id LIMIT 1 OFFSET :chunk\
                """)
            .bind("after", after)
            .bind("chunk", PURGE_CHUNK)
            .mapTo(byte[].class)
            .list();
    byte[] end = last.isEmpty() ? Id.MAX_BYTES : last.get(0);
    handle
        .createUpdate(
            """
            DELETE FROM action_log
            WHERE action_id > :after AND action_id <= :end AND created_ms < :older\
            """)
        .bind("after", after)
        .bind("end", end)
        .bind("older", olderThan.toEpochMilli())
        .execute();
    return last.isEmpty() ? Optional.empty() : Optional.of(end);
  }

  private static int bind(PreparedStatement statement, int index, Row row, Instant now)
      throws SQLException {
    statement.setBytes(index, row.id.toBytes());
    statement.setBytes(index + 1, row.contentHash.toBytes());
    statement.setLong(index + 2, now.toEpochMilli());
    statement.setBytes(index + 3, row.answer.isEmpty() ? null : row.answer.toByteArray());
    return index + 4;
  }
}
