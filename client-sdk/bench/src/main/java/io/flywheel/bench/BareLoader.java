package io.flywheel.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * The barest thing that could be done instead of Flywheel: writes the rows that every event leaves,
 * and knows no rules. A transaction of so many events, each of a viewer drawn from the population,
 *
 * <ol>
 *   <li>locks the viewers' rows, in the order of their keys, by one {@code SELECT … FOR UPDATE},
 *   <li>inserts a row of {@code action_log} for each event, by one statement,
 *   <li>writes a row of {@code task_state} for each viewer, by one {@code INSERT … ON DUPLICATE KEY
 *       UPDATE}; the state is as long as Flywheel's are on average and different each time,
 *   <li>commits.
 * </ol>
 *
 * Each connection has viewers of its own, so that none waits for another's locks.
 */
final class BareLoader {
  private final DatabaseServer database;
  private final Population population;
  private final int eventsPerTransaction;
  private final int stateBytes;

  BareLoader(
      DatabaseServer database, Population population, int eventsPerTransaction, int stateBytes) {
    this.database = database;
    this.population = population;
    this.eventsPerTransaction = eventsPerTransaction;
    this.stateBytes = stateBytes;
  }

  /** How many events were written in how long. */
  record Written(long events, double seconds) {
    double perSecond() {
      return events / seconds;
    }

    Written plus(Written other) {
      return new Written(events + other.events, seconds + other.seconds);
    }
  }

  /** Writes as much as it can by so many connections for so long. */
  Written write(int connections, Duration duration) throws Exception {
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    long events =
        Parallel.run(connections, connection -> () -> writeUntil(end, connection, connections))
            .stream()
            .mapToLong(Long::longValue)
            .sum();
    return new Written(events, (System.nanoTime() - start) / 1e9);
  }

  private long writeUntil(long endNanos, int connection, int connections) throws SQLException {
    try (Writer writer = new Writer(connection, connections)) {
      long events = 0;
      while (System.nanoTime() < endNanos) {
        writer.writeTransaction();
        events += eventsPerTransaction;
      }
      return events;
    }
  }

  /** One connection, whose statements are prepared once for each number of rows. */
  private final class Writer implements AutoCloseable {
    private final Connection connection;
    private final EventMix viewers;
    private final int number;
    private final int connections;
    private final SplittableRandom random = new SplittableRandom();
    private final byte[] state = new byte[stateBytes];
    private final Map<Integer, PreparedStatement> locks = new HashMap<>();
    private final Map<Integer, PreparedStatement> states = new HashMap<>();
    private final PreparedStatement actions;

    Writer(int number, int connections) throws SQLException {
      this.number = number;
      this.connections = connections;
      viewers = new EventMix(population, "", random.nextLong());
      connection = database.connect(database.baselineSchema());
      connection.setAutoCommit(false);
      actions =
          connection.prepareStatement(
              "INSERT INTO action_log (merchant_id, action_key, content_hash, created_ms, answer)"
                  + " VALUES "
                  + list("(?,?,?,?,NULL)", eventsPerTransaction));
    }

    void writeTransaction() throws SQLException {
      SortedSet<String> ids = new TreeSet<>();
      for (int i = 0; i < eventsPerTransaction; i++) {
        ids.add(population.viewerId(viewers.viewerOf(number, connections)));
      }
      lock(ids);
      insertActions();
      writeStates(ids);
      connection.commit();
    }

    private void lock(SortedSet<String> ids) throws SQLException {
      PreparedStatement lock = locks.get(ids.size());
      if (lock == null) {
        lock =
            connection.prepareStatement(
                "SELECT viewer_id, state FROM profile WHERE merchant_id = ? AND viewer_id IN ("
                    + list("?", ids.size())
                    + ") ORDER BY viewer_id FOR UPDATE");
        locks.put(ids.size(), lock);
      }
      int index = 1;
      lock.setString(index++, population.merchant());
      for (String id : ids) {
        lock.setString(index++, id);
      }
      try (ResultSet locked = lock.executeQuery()) {
        int rows = 0;
        while (locked.next()) {
          rows++;
        }
        if (rows != ids.size()) {
          throw new SQLException(rows + " of " + ids.size() + " viewers are there");
        }
      }
    }

    private void insertActions() throws SQLException {
      long now = System.currentTimeMillis();
      int index = 1;
      for (int i = 0; i < eventsPerTransaction; i++) {
        actions.setString(index++, population.merchant());
        actions.setBytes(index++, BaselineTables.actionKey(now, random));
        actions.setBytes(index++, randomBytes(new byte[16]));
        actions.setLong(index++, now);
      }
      actions.executeUpdate();
    }

    private void writeStates(SortedSet<String> ids) throws SQLException {
      PreparedStatement write = states.get(ids.size());
      if (write == null) {
        write =
            connection.prepareStatement(
                "INSERT INTO task_state (merchant_id, viewer_id, state) VALUES "
                    + list("(?,?,?)", ids.size())
                    + " ON DUPLICATE KEY UPDATE state = VALUES(state)");
        states.put(ids.size(), write);
      }
      int index = 1;
      for (String id : ids) {
        write.setString(index++, population.merchant());
        write.setString(index++, id);
        write.setBytes(index++, randomBytes(state.clone()));
      }
      write.executeUpdate();
    }

    private byte[] randomBytes(byte[] bytes) {
      random.nextBytes(bytes);
      return bytes;
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }

  private static String list(String part, int count) {
    List<String> parts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      parts.add(part);
    }
    return String.join(",", parts);
  }
}
