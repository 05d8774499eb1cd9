package io.flywheel.platform.cluster;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import com.google.protobuf.ByteString;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.cluster.ClusterNodeDao.Node;
import io.flywheel.platform.config.SettingsException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes items on to the nodes that subscribe to their channels, by Redis. What is published on one
 * channel by one node is heard in its order. Nothing is kept: whoever subscribes to a channel is
 * told whenever something may have been missed, for whatever reason, and has to look for itself
 * then. Thread-safe.
 */
@Singleton
public final class ClusterBus implements Lifecycle {
  /** Channels are numbered from 0 to one less than this. */
  public static final int CHANNELS = 1024;

  private static final Logger log = LoggerFactory.getLogger(ClusterBus.class);
  private static final Duration FIRST_CONTACT = Duration.ofSeconds(8);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Hears what other nodes publish; must be quick, and is called by one thread at a time. */
  public interface Hearer {
    /** Another node has published an item on a channel that somebody subscribes to here. */
    void heard(int channel, ByteString item);

    /** Something may have been missed on some channels. */
    void missed(IntPredicate channels);
  }

  /** A channel is heard until this is closed. */
  public interface Subscription extends AutoCloseable {
    /** Waits, for a bounded time, until what is published is heard here. */
    void awaitHeard();

    @Override
    void close();
  }

  private final ClusterMembership membership;
  private final FanOut fanOut;
  private final ClusterTopics topics;
  private final Subscriptions subscriptions = new Subscriptions();
  private final NodeSigns signs;
  private final ClusterPublisher publisher;
  private final ClusterReception reception;
  private final ClusterUpkeep upkeep;

  private volatile @Nullable RedisLink link;

  @Inject
  ClusterBus(
      ClusterMembership membership, FanOut fanOut, ClusterConfig config, MeterRegistry metrics) {
    this.membership = membership;
    this.fanOut = fanOut;
    topics = new ClusterTopics(membership);
    signs = new NodeSigns(membership.nodeId(), ClusterUpkeep.SILENCE.toNanos());
    publisher = new ClusterPublisher(membership, topics, config.queueCapacity(), metrics);
    reception = new ClusterReception(membership, subscriptions, signs, metrics);
    upkeep = new ClusterUpkeep(membership, topics, subscriptions, signs, reception);
    if (isOn()) {
      Gauge.builder("flywheel.cluster.hearing", () -> upkeep.hearing() ? 1 : 0)
          .description("1 while this node hears what Redis passes on, 0 while it does not")
          .register(metrics);
    }
  }

  /** Whether there may be other nodes to hear. */
  public boolean isOn() {
    return fanOut instanceof FanOut.Redis;
  }

  /** Whether there may be other nodes of which nothing is heard. */
  public boolean isDeaf() {
    return fanOut instanceof FanOut.None;
  }

  /** Names who is told what is heard; to be called before anybody subscribes. */
  public void deliverTo(Hearer newHearer) {
    reception.deliverTo(newHearer);
  }

  /**
   * Publishes an item on one or two channels, soon; never waits. The other is -1 if there is none.
   * The content is asked for later, on another thread.
   */
  public void offer(int channel, int other, Supplier<ByteString> content) {
    if (isOn()) {
      publisher.offer(channel, other, content);
    }
  }

  /** Hears a channel from now on. */
  public Subscription subscribe(int channel) {
    RedisLink redis = link;
    if (redis == null) {
      return new NoSubscription();
    }
    CompletableFuture<Void> confirmed = subscriptions.add(channel);
    if (subscriptions.isUnconfirmed(channel)) {
      redis.subscribe(topics.of(channel));
    }
    return new ChannelSubscription(channel, confirmed);
  }

  @Override
  public Phase phase() {
    return Phase.CLUSTER;
  }

  @Override
  public void start() throws InterruptedException {
    if (!(fanOut instanceof FanOut.Redis redis)) {
      return;
    }
    RedisLink opened = new RedisLink(redis.uri(), reception.connections(), reception.messages());
    link = opened;
    upkeep.start(opened);
    publisher.start(opened);
    if (!awaitSigns(FIRST_CONTACT, upkeep::hearing)) {
      log.warn("{} does not answer; the node goes on, and tries to reach it", redis.text());
      return;
    }
    checkOthersAreHeard(redis);
  }

  @Override
  public void stop() throws InterruptedException {
    upkeep.stop();
    RedisLink open = link;
    if (open == null) {
      return;
    }
    publisher.stop(ClusterUpkeep.SILENCE);
    upkeep.leave(open);
    open.close();
  }

  /** One server may have many names, so it is found out by listening whether it is the same. */
  private void checkOthersAreHeard(FanOut.Redis redis) throws InterruptedException {
    try {
      List<Node> others = membership.others();
      if (awaitSigns(
          ClusterUpkeep.SILENCE,
          () -> others.stream().allMatch(node -> signs.hasHeard(node.nodeId())))) {
        return;
      }
      for (Node other : membership.others()) {
        if (!signs.hasHeard(other.nodeId()) && !other.fanOut().equals(redis.text())) {
          throw new SettingsException(
              "cluster.redis-url: %s (expected: %s, as the other node has it, %s): nothing is heard"
                      .formatted(redis.text(), other.fanOut(), other.process())
                  + " of that node here. Give every node the same Redis.");
        } else if (!signs.hasHeard(other.nodeId())) {
          log.warn("{} works on the database and is not heard by Redis", other.process());
        }
      }
    } catch (SQLException e) {
      log.warn("It could not be found out whether all nodes use the same Redis", e);
    }
  }

  private boolean awaitSigns(Duration patience, BooleanSupplier enough)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!enough.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return true;
  }

  private final class ChannelSubscription implements Subscription {
    private final int channel;
    private final CompletableFuture<Void> confirmed;

    ChannelSubscription(int channel, CompletableFuture<Void> confirmed) {
      this.channel = channel;
      this.confirmed = confirmed;
    }

    @Override
    public void awaitHeard() {
      try {
        if (upkeep.hearing()) {
          confirmed.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        }
      } catch (TimeoutException | ExecutionException e) {
        log.debug("Redis has not confirmed the channel {} yet", channel, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      // Whoever does not wait any longer is told once it is confirmed.
      confirmed.complete(null);
    }

    @Override
    public void close() {
      subscriptions.remove(channel);
    }
  }

  /** Where there are no other nodes, there is nothing to hear. */
  private static final class NoSubscription implements Subscription {
    @Override
    public void awaitHeard() {}

    @Override
    public void close() {}
  }
}
