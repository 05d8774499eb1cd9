package io.flywheel.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/**
 * Schemas that have been migrated, handed from one test's server to the next: all migrations take
 * more than a second, and hundreds of tests start a server. A schema is handed on without a row,
 * and with the very tables, columns and indexes that the migrations made; one that a test has
 * altered or filled with much is dropped. Thread-safe.
 */
final class SchemaPool {
  /** Rows of one table beyond which dropping the schema is faster than emptying it. */
  private static final int MANY = 5_000;

  /** The one table whose rows are the migrations'. */
  private static final String HISTORY = "flyway_schema_history";

  private final TestDatabase database;
  private final Deque<String> idle = new ArrayDeque<>();
  private final ConcurrentMap<String, List<String>> shapes = new ConcurrentHashMap<>();

  SchemaPool(TestDatabase database) {
    this.database = database;
  }

  /** A schema that is empty or has never been; whoever takes it gives it back. */
  synchronized String take() {
    String schema = idle.pollLast();
    return schema == null ? TestDatabase.freshSchema() : schema;
  }

  /** To be said of each schema that was taken, once it is migrated and before a test uses it. */
  void migrated(String schema) throws SQLException {
    if (!shapes.containsKey(schema)) {
      try (Connection connection = database.connect(schema)) {
        shapes.put(schema, shape(connection));
      }
    }
  }

  /**
   * Empties the schema for the next one, or drops it. To be said once: nothing uses it any more.
   */
  void giveBack(String schema) {
    boolean clean;
    try (Connection connection = database.connect(schema)) {
      clean = shape(connection).equals(shapes.get(schema)) && empty(connection);
    } catch (SQLException e) {
      // Such as when the test has dropped it itself.
      clean = false;
    }
    if (clean) {
      synchronized (this) {
        idle.add(schema);
      }
    } else {
      shapes.remove(schema);
      database.drop(schema);
    }
  }

  /** Drops what is idle. */
  synchronized void close() {
    idle.forEach(database::drop);
    idle.clear();
  }

  private static List<String> shape(Connection connection) throws SQLException {
    return strings(
        connection,
        """
        SELECT CONCAT_WS(' ', table_name, column_name, column_type, is_nullable, column_default, extra)
        FROM information_schema.columns WHERE table_schema = DATABASE()
        UNION ALL
        SELECT CONCAT_WS(' ', table_name, index_name, seq_in_index, column_name, non_unique)
        FROM information_schema.statistics WHERE table_schema = DATABASE()
        UNION ALL
        SELECT CONCAT_WS(' ', event_object_table, trigger_name)
        FROM information_schema.triggers WHERE trigger_schema = DATABASE()
        ORDER BY 1
        """);
  }

  /** Whether all tables are empty now. */
  private static boolean empty(Connection connection) throws SQLException {
    List<String> tables =
        strings(
            connection,
            """
            SELECT table_name FROM information_schema.tables
            WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'
              AND table_name <> '%s'
            """
                .formatted(HISTORY));
    List<String> filled =
        strings(
            connection,
            tables.stream()
                .map("SELECT '%1$s' FROM DUAL WHERE EXISTS (SELECT 1 FROM `%1$s`)"::formatted)
                .collect(Collectors.joining(" UNION ALL ")));
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      for (String table : filled) {
        if (statement.executeUpdate("DELETE FROM `" + table + "` LIMIT " + MANY) == MANY) {
          return false;
        }
      }
    }
    connection.commit();
    return true;
  }

  private static List<String> strings(Connection connection, String sql) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        strings.add(rows.getString(1));
      }
    }
    return strings;
  }
}
