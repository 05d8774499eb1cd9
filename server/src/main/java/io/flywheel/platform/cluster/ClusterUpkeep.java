package io.flywheel.platform.cluster;

import io.flywheel.platform.cluster.ClusterNodeDao.Node;
import io.lettuce.core.RedisException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the connection to Redis up and the channels subscribed, gives signs of life to the other
 * nodes, and finds out by the signs that come whether everything can be heard. While it can't,
 * whoever subscribes to anything is reminded to look for itself. Thread-safe.
 */
final class ClusterUpkeep {
  /** A node that was not heard of for so long is silent. */
  static final Duration SILENCE = Duration.ofSeconds(3);

  private static final Logger log = LoggerFactory.getLogger(ClusterUpkeep.class);
  private static final Duration SIGN_INTERVAL = Duration.ofMillis(500);

  /**
   * How often whoever subscribes to anything looks for itself while not everything can be heard.
   */
  private static final Duration REMIND_INTERVAL = Duration.ofSeconds(5);

  /** Connections that have brought nothing for so long are given up. */
  private static final Duration HANGING = Duration.ofSeconds(10);

  private final ClusterMembership membership;
  private final ClusterTopics topics;
  private final Subscriptions subscriptions;
  private final NodeSigns signs;
  private final ClusterReception reception;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("cluster-timer").factory());

  private volatile boolean stopping;
  private volatile boolean hearing;
  private long silentSinceNanos; // of the timer's thread, as are the next
  private long remindedNanos;
  private long lookedForOthersNanos;

  ClusterUpkeep(
      ClusterMembership membership,
      ClusterTopics topics,
      Subscriptions subscriptions,
      NodeSigns signs,
      ClusterReception reception) {
    this.membership = membership;
    this.topics = topics;
    this.subscriptions = subscriptions;
    this.signs = signs;
    this.reception = reception;
  }

  /** Whether this node hears what Redis passes on. */
  boolean hearing() {
    return hearing;
  }

  void start(RedisLink redis) {
    silentSinceNanos = System.nanoTime();
    var unused =
        timer.scheduleWithFixedDelay(
            () -> lookAfter(redis), 0, SIGN_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  void stop() throws InterruptedException {
    stopping = true;
    timer.shutdown();
    timer.awaitTermination(2 * SILENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Tells the others that this node leaves; to be called after the stop. */
  void leave(RedisLink redis) throws InterruptedException {
    try {
      var left = sign(redis, true).toCompletableFuture();
      redis.flush();
      var unused = left.get(1, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.debug("The others could not be told that this node leaves", e);
    }
  }

  private void lookAfter(RedisLink redis) {
    if (stopping) {
      return;
    }
    try {
      redis.connect();
      redis.subscribe(topics.signs());
      keepSubscribed(redis);
      var unused = sign(redis, false);
      redis.flush();
    } catch (RedisException e) {
      log.debug("Redis can't be reached", e);
    } catch (RuntimeException | Error e) {
      log.error("The connection to Redis could not be looked after", e);
    }
    try {
      listenForSilence(redis);
    } catch (RuntimeException | Error e) {
      log.error("Whoever watches could not be told what may have been missed", e);
    }
  }

  private void keepSubscribed(RedisLink redis) {
    Subscriptions.Due due = subscriptions.due();
    if (!due.unsubscribe().isEmpty()) {
      redis.unsubscribe(due.unsubscribe().stream().map(topics::of).toArray(String[]::new));
    }
    if (!due.subscribe().isEmpty()) {
      redis.subscribe(due.subscribe().stream().map(topics::of).toArray(String[]::new));
    }
  }

  private CompletionStage<Long> sign(RedisLink redis, boolean leaving) {
    ClusterSign sign =
        ClusterSign.newBuilder()
            .setNodeId(membership.nodeId())
            .setSlot(membership.slot())
            .setLeaving(leaving)
            .build();
    return redis.publish(topics.signs(), sign.toByteArray());
  }

  private void listenForSilence(RedisLink redis) {
    long now = System.nanoTime();
    boolean hears = signs.hearsItself(now);
    if (hears && !hearing) {
      signs.forgive(now);
      hearing = true;
      log.info("This node hears what Redis passes on");
      remind(now);
    } else if (!hears && hearing) {
      hearing = false;
      silentSinceNanos = now;
      log.warn(
          "This node does not hear what Redis passes on; until it does, live streams look every {}"
              + " s for what other nodes have committed",
          REMIND_INTERVAL.toSeconds());
      remind(now);
    }
    boolean due = now - remindedNanos > REMIND_INTERVAL.toNanos();
    if (!hears && due) {
      remind(now);
    }
    if (!hears && now - silentSinceNanos > HANGING.toNanos()) {
      silentSinceNanos = now;
      subscriptions.lost();
      redis.disconnect();
    }
    if (hears) {
      lookForOthers(now);
      remindOfSilentOthers(now, due);
    }
  }

  /** A node that has never reached Redis is known from the database only. */
  private void lookForOthers(long now) {
    if (now - lookedForOthersNanos < REMIND_INTERVAL.toNanos()) {
      return;
    }
    lookedForOthersNanos = now;
    try {
      membership.others().forEach(other -> signs.expect(other.nodeId(), now));
    } catch (SQLException e) {
      log.debug("It could not be found out which nodes run", e);
    }
  }

  /** A node that can't reach Redis goes on committing, and nobody hears it. */
  private void remindOfSilentOthers(long now, boolean due) {
    List<String> silent = signs.silentOthers(now);
    if (silent.isEmpty() || !due) {
      return;
    }
    remind(now);
    try {
      Set<String> running =
          membership.others().stream().map(Node::nodeId).collect(Collectors.toSet());
      signs.forgetSilent(nodeId -> !running.contains(nodeId));
      log.warn("Not heard of for {} s or more: {}", SILENCE.toSeconds(), silent);
    } catch (SQLException e) {
      log.warn("It could not be found out which nodes still run", e);
    }
  }

  private void remind(long now) {
    remindedNanos = now;
    reception.missed(channel -> true);
  }
}
