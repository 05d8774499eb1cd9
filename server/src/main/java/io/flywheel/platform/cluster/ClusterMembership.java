package io.flywheel.platform.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.cluster.ClusterNodeDao.Node;
import io.flywheel.platform.config.SettingsException;
import io.flywheel.platform.db.Database;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.SortedSet;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's place among those that work on the database. A node that could not hear of the
 * others' commits, or whom they could not hear, is refused at its start. Thread-safe.
 */
@Singleton
public final class ClusterMembership implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(ClusterMembership.class);

  /**
   * For so long the slot of a node that was killed may seem to be held; whoever starts in its place
   * waits.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration KEEP_INTERVAL = Duration.ofSeconds(5);
  private static final int JOIN_SECONDS = 10;
  private static final int KEEP_SECONDS = 3;

  private final Database database;
  private final FanOut fanOut;
  private final String nodeId = randomId();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("cluster-membership").factory());

  private volatile String installationId = "";
  private volatile int slot = -1;

  @GuardedBy("this")
  private @Nullable Connection session;

  @Inject
  ClusterMembership(Database database, FanOut fanOut) {
    this.database = database;
    this.fanOut = fanOut;
  }

  /** Tells this run of this node from all others. */
  String nodeId() {
    return nodeId;
  }

  /** Tells this installation from others that share its Redis. */
  String installationId() {
    return installationId;
  }

  /**
   * The slot whose lock this node holds, a small number that no other node has; -1 before the
   * start.
   */
  public int slot() {
    return slot;
  }

  @Override
  public Phase phase() {
    return Phase.CLUSTER;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    if (database.isEmbedded() && !(fanOut instanceof FanOut.Redis)) {
      return; // Nobody else has its password.
    }
    try {
      join();
    } catch (SQLException e) {
      throw new IOException("the node can't join those on the database: " + e.getMessage(), e);
    }
    var unused =
        timer.scheduleWithFixedDelay(
            this::keep, KEEP_INTERVAL.toMillis(), KEEP_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void stop() throws InterruptedException {
    timer.shutdownNow();
    timer.awaitTermination(KEEP_SECONDS + 1, TimeUnit.SECONDS);
    leave();
  }

  /** The other nodes that run now. */
  synchronized List<Node> others() throws SQLException {
    if (session == null) {
      throw new SQLException("the session that held the node's slot has ended", "08S01");
    }
    ClusterNodeDao nodes = new ClusterNodeDao(session);
    return nodes.nodesOutside(nodes.freeSlots(installationId)).stream()
        .filter(node -> node.slot() != slot)
        .toList();
  }

  private synchronized void join() throws SQLException, InterruptedException {
    Connection fresh = database.connectOutsideOfPool();
    session = fresh;
    ClusterNodeDao nodes = new ClusterNodeDao(fresh);
    nodes.endSessionWhenSilent();
    installationId = nodes.installationId(randomId());
    if (!nodes.lockJoining(installationId, JOIN_SECONDS)) {
      throw new SQLException("another node has been joining for " + JOIN_SECONDS + " s");
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    SortedSet<Integer> free = nodes.freeSlots(installationId);
    for (Node other = conflicting(nodes, free); other != null; other = conflicting(nodes, free)) {
      if (System.nanoTime() > deadline) {
        throw refusal(other);
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
      free = nodes.freeSlots(installationId);
    }
    take(nodes, free);
    nodes.unlockJoining(installationId);
  }

  /** A node that runs and can't work together with this one; null: none. */
  private @Nullable Node conflicting(ClusterNodeDao nodes, SortedSet<Integer> free)
      throws SQLException {
    return nodes.nodesOutside(free).stream()
        .filter(other -> !agrees(other.fanOut()))
        .findFirst()
        .orElse(null);
  }

  /** Which Redis it is, is found out by listening: one server may have many names. */
  private boolean agrees(String other) {
    return switch (fanOut) {
      case FanOut.Alone alone -> false;
      case FanOut.None none -> other.equals(none.text());
      case FanOut.Redis redis -> other.startsWith("redis ");
    };
  }

  private SettingsException refusal(Node other) {
    String there =
        "another node (%s) works on the database %s already"
            .formatted(other.process(), database.location());
    String remedy =
        "Give every node the same cluster.redis-url and start them again; none, on every node, runs"
            + " several nodes whose live streams tell only of their own node.";
    boolean otherIsAlone = other.fanOut().equals(new FanOut.Alone().text());
    String why =
        switch (fanOut) {
          case FanOut.Alone alone ->
              "not set (expected: a Redis that all nodes share, such as redis://host:6379)";
          case FanOut.None none ->
              "none (expected: " + (otherIsAlone ? "no second node" : other.fanOut()) + ")";
          case FanOut.Redis redis ->
              redis.text()
                  + " (expected: what the other node has, which is "
                  + other.fanOut()
                  + ")";
        };
    return new SettingsException(
        "cluster.redis-url: %s: %s, and its live streams and this node's would not tell of each"
                .formatted(why, there)
            + " other's commits. "
            + remedy);
  }

  private void take(ClusterNodeDao nodes, SortedSet<Integer> free) throws SQLException {
    for (int candidate : free) {
      Node self = new Node(candidate, nodeId, thisProcess(), fanOut.text());
      if (nodes.take(installationId, self)) {
        slot = candidate;
        log.info("This node has slot {} of the installation {}", slot, installationId);
        return;
      }
    }
    throw new SQLException(
        "all " + ClusterNodeDao.SLOTS + " slots of nodes on this database are taken");
  }

  /** Keeps the session, or begins another one: the database may have been restarted. */
  private void keep() {
    try {
      synchronized (this) {
        if (session != null) {
          new ClusterNodeDao(session).keep(KEEP_SECONDS);
          return;
        }
      }
      join();
    } catch (SettingsException e) {
      // It came in while this node's session was lost. To stop now would help nobody.
      log.error("{}", e.getMessage());
      leave();
    } catch (SQLException e) {
      log.warn("The session that holds this node's slot is lost; it is tried again", e);
      leave();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      log.error("This node's slot could not be looked after; it is tried again", e);
    }
  }

  private synchronized void leave() {
    try {
      if (session != null) {
        session.close();
      }
    } catch (SQLException e) {
      log.debug("The session had ended", e);
    }
    session = null;
  }

  private static String thisProcess() {
    String process = "process " + ProcessHandle.current().pid();
    try {
      return process + " on " + InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return process;
    }
  }

  private static String randomId() {
    return UUID.randomUUID().toString().replace("-", "");
  }
}
