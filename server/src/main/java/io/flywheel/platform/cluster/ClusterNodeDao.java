package io.flywheel.platform.cluster;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who works on the database. A node holds the lock of its slot for as long as its session lives,
 * and the session ends with the process, however that ends. Not thread-safe: a connection of its
 * own is behind it.
 */
final class ClusterNodeDao {
  /** How many nodes may work on one database. */
  static final int SLOTS = 64;

  /** The lock that is held while slots are looked at and taken. */
  private static final String JOINING = "joining";

  /**
   * A session that is silent for so long is over: a machine that vanished without a word must not
   * hold its slot.
   */
  private static final int SILENCE_SECONDS = 20;

  /** A node as it wrote itself down. */
  record Node(int slot, String nodeId, String process, String fanOut) {}

  private final Connection connection;

  ClusterNodeDao(Connection connection) {
    this.connection = connection;
  }

  /** Gives the session an end that does not depend on the network's noticing. */
  void endSessionWhenSilent() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SET SESSION wait_timeout = " + SILENCE_SECONDS)) {
      statement.execute();
    }
  }

  /** Keeps the session, or fails when it has ended. */
  void keep(int timeoutSeconds) throws SQLException {
    if (!connection.isValid(timeoutSeconds)) {
      throw new SQLException("the session that held the node's slot has ended", "08S01");
    }
  }

  /** The installation's id; the candidate, if it has none yet. */
  String installationId(String candidate) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            INSERT IGNORE INTO cluster_installation (singleton, installation_id)
            VALUES (1, ?)
            """)) {
      statement.setString(1, candidate);
      statement.executeUpdate();
    }
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT installation_id
                FROM cluster_installation
                WHERE singleton = 1
                """);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getString("installation_id");
    }
  }

  /** Keeps others from joining. */
  boolean lockJoining(String installationId, int timeoutSeconds) throws SQLException {
    return lock(lockName(installationId, JOINING), timeoutSeconds);
  }

  /** Lets others join. */
  void unlockJoining(String installationId) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT RELEASE_LOCK(?)")) {
      statement.setString(1, lockName(installationId, JOINING));
      statement.executeQuery().close();
    }
  }

  /** The slots whose locks nobody holds. */
  SortedSet<Integer> freeSlots(String installationId) throws SQLException {
    String columns = String.join(", ", Collections.nCopies(SLOTS, "IS_FREE_LOCK(?)"));
    try (PreparedStatement statement = connection.prepareStatement("SELECT " + columns)) {
      for (int slot = 0; slot < SLOTS; slot++) {
        statement.setString(slot + 1, lockName(installationId, "slot-" + slot));
      }
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        SortedSet<Integer> free = new TreeSet<>();
        for (int slot = 0; slot < SLOTS; slot++) {
          if (row.getInt(slot + 1) == 1) {
            free.add(slot);
          }
        }
        return free;
      }
    }
  }

  /** Whoever wrote itself down in slots that are not free. */
  List<Node> nodesOutside(SortedSet<Integer> freeSlots) throws SQLException {
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT slot, node_id, process, fan_out
                FROM cluster_node
                WHERE slot >= 0
                """);
        ResultSet rows = statement.executeQuery()) {
      List<Node> nodes = new ArrayList<>();
      while (rows.next()) {
        Node node =
            new Node(
                rows.getInt("slot"),
                rows.getString("node_id"),
                rows.getString("process"),
                rows.getString("fan_out"));
        if (!freeSlots.contains(node.slot())) {
          nodes.add(node);
        }
      }
      return nodes;
    }
  }

  /** Takes a slot that is free; whether it still was. */
  boolean take(String installationId, Node node) throws SQLException {
    if (!lock(lockName(installationId, "slot-" + node.slot()), 0)) {
      return false;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            INSERT INTO cluster_node (slot, node_id, process, fan_out)
            VALUES (?, ?, ?, ?)
            ON DUPLICATE KEY UPDATE
              node_id = VALUES(node_id), process = VALUES(process), fan_out = VALUES(fan_out)
            """)) {
      statement.setInt(1, node.slot());
      statement.setString(2, node.nodeId());
      statement.setString(3, node.process());
      statement.setString(4, node.fanOut());
      statement.executeUpdate();
    }
    return true;
  }

  private boolean lock(String name, int timeoutSeconds) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement("SELECT GET_LOCK(?, ?)")) {
      statement.setString(1, name);
      statement.setInt(2, timeoutSeconds);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getInt(1) == 1;
      }
    }
  }

  /** Locks have names of at most 64 letters, and one list for all schemas of a server. */
  private static String lockName(String installationId, String what) {
    return "flywheel/" + installationId + "/" + what;
  }
}
