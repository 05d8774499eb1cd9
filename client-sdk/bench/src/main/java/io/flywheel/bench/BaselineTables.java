package io.flywheel.bench;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;

/**
 * Copies of those of Flywheel's tables that every event writes to or locks, in a schema of their
 * own on the same server. Not to be instantiated.
 */
final class BaselineTables {
  private BaselineTables() {}

  /** Makes the tables anew, with the viewers and task states that Flywheel has now. */
  static void copy(DatabaseServer database, Population population) throws SQLException {
    create(database);
    String own = database.baselineSchema();
    String flywheel = database.flywheelSchema();
    String ofMerchant = " WHERE merchant_id = '" + population.merchant() + "'";
    database.execute(
        "INSERT INTO %s.viewer SELECT * FROM %s.viewer".formatted(own, flywheel) + ofMerchant,
        "INSERT INTO %s.task_state SELECT * FROM %s.task_state".formatted(own, flywheel)
            + ofMerchant);
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
        "action_log",
        "points_state",
        "ledger_entry",
        "points_charge",
        "mall_state",
        "mall_stock",
        "redemption");
    String own = database.baselineSchema();
    String flywheel = database.flywheelSchema();
    String ofMerchant = " WHERE merchant_id = '" + population.merchant() + "'";
    database.execute(
        "INSERT INTO %s.points_state SELECT * FROM %s.points_state".formatted(own, flywheel)
            + ofMerchant,
        "INSERT INTO %s.mall_stock SELECT * FROM %s.mall_stock".formatted(own, flywheel)
            + ofMerchant,
        "UPDATE %s.mall_stock SET sold = 0".formatted(own));
  }

  /** Makes the tables anew, without rows. */
  static void create(DatabaseServer database) throws SQLException {
    create(database, "viewer", "action_log", "task_state");
  }

  private static void create(DatabaseServer database, String... tables) throws SQLException {
    String own = database.baselineSchema();
    database.execute("DROP DATABASE IF EXISTS " + own, "CREATE DATABASE " + own);
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
