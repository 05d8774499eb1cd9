package io.flywheel.bench;

import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.ViewerProfile;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.SplittableRandom;

/**
 * Writes viewers with names, and a board's scores, into the tables, for what is measured is how
 * they are read. Not to be instantiated.
 */
final class BoardRows {
  private static final int ROWS_AT_ONCE = 1_000;
  private static final int SCORES = 100_000;

  private BoardRows() {}

  /**
   * Writes an open period of a board that never ends, and a score of each viewer in it; that of the
   * last one is far ahead of all others.
   */
  static void write(DatabaseServer database, Population population, String board)
      throws SQLException {
    SplittableRandom random = new SplittableRandom(7);
    long now = System.currentTimeMillis();
    String merchant = population.merchant();
    try (Connection connection = database.connect(database.flywheelSchema());
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.executeUpdate(
          """
          INSERT INTO board_period
            (merchant_id, board_id, room_id, period, starts_ms, ends_ms, settles_ms, state)
          VALUES ('%s', '%s', '', 'all', 0, 0, 0, 1)\
          """
              .formatted(merchant, board));
      for (int from = 0; from < population.size(); from += ROWS_AT_ONCE) {
        int rows = Math.min(ROWS_AT_ONCE, population.size() - from);
        String places = String.join(",", Collections.nCopies(rows, row(merchant, board)));
        try (PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO board_score
                  (merchant_id, board_id, room_id, period, viewer_id, score, reached_ms, moves,
                   removed, prizes)
                VALUES\
                """
                    + places)) {
          for (int row = 0; row < rows; row++) {
            insert.setString(3 * row + 1, population.viewerId(from + row));
            boolean isLast = from + row == population.size() - 1;
            insert.setLong(3 * row + 2, isLast ? 2L * SCORES : 1 + random.nextInt(SCORES));
            insert.setLong(3 * row + 3, now - random.nextInt(86_400_000));
          }
          insert.executeUpdate();
        }
        viewers(connection, population, from, rows);
        connection.commit();
      }
      // As after any import: the database would take the tables for empty until they change.
      statement.execute("ANALYZE TABLE board_score, viewer");
    }
  }

  /** Writes viewers with names of a merchant who has no board. */
  static void writeViewers(DatabaseServer database, Population population) throws SQLException {
    try (Connection connection = database.connect(database.flywheelSchema());
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int from = 0; from < population.size(); from += ROWS_AT_ONCE) {
        viewers(connection, population, from, Math.min(ROWS_AT_ONCE, population.size() - from));
        connection.commit();
      }
      statement.execute("ANALYZE TABLE viewer");
    }
  }

  /** Each member has a name, which is looked up when the member is shown. */
  private static void viewers(Connection connection, Population population, int from, int rows)
      throws SQLException {
    String places = String.join(",", Collections.nCopies(rows, " (?, ?, ?)"));
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO viewer (merchant_id, viewer_id, profile) VALUES" + places)) {
      for (int row = 0; row < rows; row++) {
        insert.setString(3 * row + 1, population.merchant());
        insert.setString(3 * row + 2, population.viewerId(from + row));
        insert.setBytes(
            3 * row + 3,
            ViewerProfile.newBuilder()
                .setShownAs(PublicProfile.newBuilder().setDisplayName("Viewer " + (from + row)))
                .build()
                .toByteArray());
      }
      insert.executeUpdate();
    }
  }

  private static String row(String merchant, String board) {
    return " ('%s', '%s', '', 'all', ?, ?, ?, 1, 0, '')".formatted(merchant, board);
  }
}
