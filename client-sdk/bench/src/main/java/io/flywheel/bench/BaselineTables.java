package io.flywheel.bench;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Tables of what every event writes to or locks, in a schema of their own on the same server. Those
 * of states hold one each, as an application without an engine has them. Not to be instantiated.
 */
final class BaselineTables {
  private BaselineTables() {}

  /** Makes the tables anew, with the viewers and task states that Flywheel has now. */
  static void copy(DatabaseServer database, Population population) throws SQLException {
    create(database);
    copyState(database, population, "profile");
    copyState(database, population, "task_state");
  }

  private static void copyState(DatabaseServer database, Population population, String column)
      throws SQLException {
    database.execute(
        """
        INSERT INTO %1$s.%3$s SELECT merchant_id, viewer_id, %3$s
        FROM %2$s.viewer WHERE merchant_id = '%4$s' AND %3$s IS NOT NULL\
        """
            .formatted(
                database.baselineSchema(),
                database.flywheelSchema(),
                column,
                population.merchant()));
  }

  /** Copies all that Flywheel has now. */
  static void copyAll(DatabaseServer database) throws SQLException {
    String own = database.baselineSchema();
    String flywheel = database.flywheelSchema();
    database.execute("DROP DATABASE IF EXISTS " + own, "CREATE DATABASE " + own);
    for (String table : database.tables()) {
      database.execute(
          "CREATE TABLE %s.%s LIKE %s.%s".formatted(own, table, flywheel, table),
          "INSERT INTO %s.%s SELECT * FROM %s.%s".formatted(own, table, flywheel, table));
    }
  }

  /** Makes the tables of purchases anew: buyers have their points, and nothing was sold. */
  static void forPurchases(DatabaseServer database, Population population) throws SQLException {
    create(
        database,
        List.of("points_state", "mall_state"),
        List.of("action_log", "ledger_entry", "points_charge", "mall_stock", "redemption"));
    copyState(database, population, "points_state");
    String own = database.baselineSchema();
    String flywheel = database.flywheelSchema();
    String ofMerchant = " WHERE merchant_id = '" + population.merchant() + "'";
    database.execute(
        "INSERT INTO %s.mall_stock SELECT * FROM %s.mall_stock".formatted(own, flywheel)
            + ofMerchant,
        "UPDATE %s.mall_stock SET sold = 0".formatted(own));
  }

  /** Makes the tables anew, without rows. */
  static void create(DatabaseServer database) throws SQLException {
    create(database, List.of("profile", "task_state"), List.of("action_log"));
  }

  /**
   * Makes tables anew.
   *
   * @param states columns of the viewers' rows, for each of which there is a table
   * @param tables are as Flywheel's
   */
  private static void create(DatabaseServer database, List<String> states, List<String> tables)
      throws SQLException {
    String own = database.baselineSchema();
    database.execute("DROP DATABASE IF EXISTS " + own, "CREATE DATABASE " + own);
    for (String state : states) {
      database.execute(
          """
          CREATE TABLE %s.%s (
            merchant_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
            viewer_id VARCHAR(70) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
            state MEDIUMBLOB NOT NULL,
            PRIMARY KEY (merchant_id, viewer_id)
          )\
          """
              .formatted(own, state));
    }
    for (String table : tables) {
      database.execute(
          "CREATE TABLE %s.%s LIKE %s.%s".formatted(own, table, database.flywheelSchema(), table));
    }
  }

  /** A key of the action log, as an id in time order has it: six bytes of time, and a hash. */
  static byte[] actionKey(long millis, SplittableRandom random) {
    return ByteBuffer.allocate(22)
        .putShort((short) (millis >>> 32))
        .putInt((int) millis)
        .putLong(random.nextLong())
        .putLong(random.nextLong())
        .array();
  }

  /** How long a viewer's task state is on average, in bytes. */
  static int averageStateBytes(DatabaseServer database) throws SQLException {
    try (Connection connection = database.connect(database.baselineSchema());
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT AVG(LENGTH(state)) FROM task_state")) {
      result.next();
      return Math.max(1, (int) Math.round(result.getDouble(1)));
    }
  }
}
