package io.flywheel.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Purchases of one item as they are commonly written: a transaction that locks the stock's row by
 * {@code SELECT … FOR UPDATE}, looks at it, locks and looks at the buyer's points, writes the rows
 * that Flywheel's purchase by the same viewer has left, counts the piece and commits. Everybody
 * waits for the stock's row. It writes neither a journal nor what is to be done later.
 */
final class LockedPurchases {
  /** Where a purchase leaves a row of the viewer's; the latest one is of the purchase. */
  private static final List<String> WRITTEN =
      List.of(
          "ledger_entry WHERE merchant_id = ? AND viewer_id = ? ORDER BY entry_number DESC LIMIT 1",
          "points_charge WHERE merchant_id = ? AND viewer_id = ? LIMIT 1",
          "redemption WHERE merchant_id = ? AND viewer_id = ? LIMIT 1");

  private final DatabaseServer database;
  private final Population population;
  private final String itemId;

  LockedPurchases(DatabaseServer database, Population population, String itemId) {
    this.database = database;
    this.population = population;
    this.itemId = itemId;
  }

  /** How many purchases a second so many connections make, each of viewers of its own. */
  double perSecond(int connections, Duration atMost) throws Exception {
    BaselineTables.forPurchases(database, population);
    int answerBytes =
        (int)
            database.number(
                "SELECT ROUND(AVG(LENGTH(answer))) FROM action_log WHERE merchant_id = '"
                    + population.merchant()
                    + "'");
    long start = System.nanoTime();
    long end = start + atMost.toNanos();
    long bought =
        Parallel.run(
                connections,
                number ->
                    () -> {
                      try (Buyer buyer = new Buyer(answerBytes)) {
                        long done = 0;
                        int viewer = number;
                        while (viewer < population.size() && System.nanoTime() < end) {
                          buyer.buy(population.viewerId(viewer));
                          viewer += connections;
                          done++;
                        }
                        return done;
                      }
                    })
            .stream()
            .mapToLong(Long::longValue)
            .sum();
    double seconds = (System.nanoTime() - start) / 1e9;
    return bought / seconds;
  }

  /** One connection. */
  private final class Buyer implements AutoCloseable {
    private final Connection connection;
    private final PreparedStatement lockStock;
    private final PreparedStatement lockPoints;
    private final PreparedStatement action;
    private final PreparedStatement points;
    private final List<PreparedStatement> rows = new ArrayList<>();
    private final PreparedStatement stock;
    private final SplittableRandom random = new SplittableRandom();
    private final int answerBytes;

    Buyer(int answerBytes) throws SQLException {
      this.answerBytes = answerBytes;
      connection = database.connect(database.baselineSchema());
      connection.setAutoCommit(false);
      lockStock =
          connection.prepareStatement(
              "SELECT sold FROM mall_stock WHERE merchant_id = ? AND item_id = ? FOR UPDATE");
      lockPoints =
          connection.prepareStatement(
              "SELECT state FROM points_state WHERE merchant_id = ? AND viewer_id = ? FOR UPDATE");
      action =
          connection.prepareStatement(
              "INSERT INTO action_log (merchant_id, action_key, content_hash, created_ms, answer)"
                  + " VALUES (?, ?, ?, ?, ?)");
      points =
          connection.prepareStatement(
              "UPDATE points_state SET state = ? WHERE merchant_id = ? AND viewer_id = ?");
      rows.add(
          connection.prepareStatement(
              "INSERT INTO mall_state SELECT merchant_id, viewer_id, mall_state FROM %s.viewer WHERE merchant_id = ? AND viewer_id = ?"
                  .formatted(database.flywheelSchema())));
      for (String written : WRITTEN) {
        String table = written.substring(0, written.indexOf(' '));
        rows.add(
            connection.prepareStatement(
                "INSERT INTO %s SELECT * FROM %s.%s"
                    .formatted(table, database.flywheelSchema(), written)));
      }
      stock =
          connection.prepareStatement(
              "UPDATE mall_stock SET sold = sold + 1 WHERE merchant_id = ? AND item_id = ?");
    }

    void buy(String viewerId) throws SQLException {
      bind(lockStock, 1, itemId);
      try (ResultSet left = lockStock.executeQuery()) {
        if (!left.next() || left.getLong(1) >= 1_000_000) {
          throw new SQLException("sold out");
        }
      }
      byte[] state = lockPoints(viewerId);
      insertAction();
      state[state.length - 1]++;
      points.setBytes(1, state);
      bind(points, 2, viewerId);
      requireOne(points);
      for (PreparedStatement row : rows) {
        bind(row, 1, viewerId);
        requireOne(row);
      }
      bind(stock, 1, itemId);
      requireOne(stock);
      connection.commit();
    }

    private byte[] lockPoints(String viewerId) throws SQLException {
      bind(lockPoints, 1, viewerId);
      try (ResultSet held = lockPoints.executeQuery()) {
        if (!held.next()) {
          throw new SQLException(viewerId + " has no points");
        }
        return held.getBytes(1);
      }
    }

    private void insertAction() throws SQLException {
      long now = System.currentTimeMillis();
      action.setString(1, population.merchant());
      action.setBytes(2, BaselineTables.actionKey(now, random));
      action.setBytes(3, randomBytes(16));
      action.setLong(4, now);
      action.setBytes(5, randomBytes(answerBytes));
      requireOne(action);
    }

    private byte[] randomBytes(int count) {
      byte[] bytes = new byte[count];
      random.nextBytes(bytes);
      return bytes;
    }

    private void bind(PreparedStatement statement, int from, String id) throws SQLException {
      statement.setString(from, population.merchant());
      statement.setString(from + 1, id);
    }

    private static void requireOne(PreparedStatement statement) throws SQLException {
      int written = statement.executeUpdate();
      if (written != 1) {
        throw new SQLException(written + " rows instead of one: " + statement);
      }
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }
}
