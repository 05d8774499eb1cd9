package io.flywheel.platform.cluster;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.cluster.ClusterNodeDao.Node;
import io.flywheel.platform.config.SettingsException;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisException;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes items on to the nodes that follow their channels, by Redis. What is published on one
 * channel by one node is heard in its order. Nothing is kept: whoever follows a channel is told
 * whenever something may have been missed, for whatever reason, and has to look for itself then.
 * Thread-safe.
 */
@Singleton
public final class ClusterBus implements Lifecycle {
  /** Channels are numbered from 0 to one less than this. */
  public static final int CHANNELS = 1024;

  private static final Logger log = LoggerFactory.getLogger(ClusterBus.class);
  private static final String SIGNS = "signs";
  private static final Duration SIGN_INTERVAL = Duration.ofMillis(500);
  private static final Duration SILENCE = Duration.ofSeconds(3);
  private static final Duration FIRST_CONTACT = Duration.ofSeconds(8);

  /** How often whoever follows anything looks for itself while not everything can be heard. */
  private static final Duration REMIND_INTERVAL = Duration.ofSeconds(5);

  /** Connections that have brought nothing for so long are given up. */
  private static final Duration HANGING = Duration.ofSeconds(10);

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int MOST_ITEMS_TOGETHER = 4096;
  private static final int MOST_UNANSWERED = 2 * CHANNELS;

  /** Hears what other nodes publish; must be quick, and is called by one thread at a time. */
  public interface Hearer {
    /** Another node has published an item on a channel that is followed here. */
    void heard(int channel, ByteString item);

    /** Something may have been missed on some channels. */
    void missed(IntPredicate channels);
  }

  /** A channel that is followed until this is closed. */
  public interface Following extends AutoCloseable {
    /** Waits, for a bounded time, until what is published is heard here. */
    void awaitHeard();

    @Override
    void close();
  }

  private record Item(int channel, int other, Supplier<ByteString> content) {}

  private final ClusterMembership membership;
  private final FanOut fanOut;
  private final BlockingQueue<Item> queue;
  private final Set<Integer> gaps = ConcurrentHashMap.newKeySet();
  private final Semaphore unanswered = new Semaphore(MOST_UNANSWERED);
  private final Subscriptions subscriptions = new Subscriptions();
  private final NodeSigns signs;
  private final Counter published;
  private final Counter heard;
  private final Counter notPublished;
  private final Thread publisher =
      Thread.ofPlatform().daemon().name("cluster-publisher").unstarted(this::publishAll);
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("cluster-timer").factory());

  private volatile Hearer hearer = new Nobody();
  private volatile @Nullable RedisLink link;
  private volatile boolean stopping;
  private volatile boolean hearing;
  private long silentSinceNanos; // of the timer's thread, as are the next
  private long remindedNanos;
  private long lookedForOthersNanos;
  private long gapsTriedNanos; // of the publisher's thread

  @Inject
  ClusterBus(
      ClusterMembership membership, FanOut fanOut, ClusterConfig config, MeterRegistry metrics) {
    this.membership = membership;
    this.fanOut = fanOut;
    queue = new ArrayBlockingQueue<>(config.queueCapacity());
    signs = new NodeSigns(membership.nodeId(), SILENCE.toNanos());
    published =
        Counter.builder("flywheel.cluster.published")
            .description("Commits given to Redis")
            .register(metrics);
    heard =
        Counter.builder("flywheel.cluster.heard")
            .description("Commits of other nodes that came by Redis")
            .register(metrics);
    notPublished =
        Counter.builder("flywheel.cluster.not.published")
            .description(
                "Commits that Redis could not be given in time; their watchers are given the"
                    + " standing anew")
            .register(metrics);
    if (isOn()) {
      Gauge.builder("flywheel.cluster.hearing", () -> hearing ? 1 : 0)
          .description("1 while this node hears what Redis passes on, 0 while it does not")
          .register(metrics);
    }
  }

  /** Whether there may be other nodes to hear. */
  public boolean isOn() {
    return fanOut instanceof FanOut.Redis;
  }

  /** Names who is told what is heard; to be called before anything is followed. */
  public void deliverTo(Hearer newHearer) {
    hearer = newHearer;
  }

  /**
   * Publishes an item on one or two channels, soon; never waits. The other is -1 if there is none.
   * The content is asked for later, on another thread.
   */
  public void offer(int channel, int other, Supplier<ByteString> content) {
    if (isOn() && !queue.offer(new Item(channel, other, content))) {
      notPublished.increment();
      miss(channel, other);
    }
  }

  /** Hears a channel from now on. */
  public Following follow(int channel) {
    RedisLink redis = link;
    if (redis == null) {
      return new NotFollowing();
    }
    CompletableFuture<Void> confirmed = subscriptions.follow(channel);
    if (subscriptions.isUnconfirmed(channel)) {
      redis.subscribe(topic(channel));
    }
    return new ChannelFollowing(channel, confirmed);
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
    silentSinceNanos = System.nanoTime();
    link = new RedisLink(redis.uri(), new Connections(), new Messages());
    var unused =
        timer.scheduleWithFixedDelay(
            this::lookAfter, 0, SIGN_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    publisher.start();
    if (!awaitSigns(FIRST_CONTACT, () -> hearing)) {
      log.warn("{} does not answer; the node goes on, and tries to reach it", redis.text());
      return;
    }
    checkOthersAreHeard(redis);
  }

  @Override
  public void stop() throws InterruptedException {
    stopping = true;
    timer.shutdown();
    timer.awaitTermination(2 * SILENCE.toSeconds(), TimeUnit.SECONDS);
    RedisLink open = link;
    if (open == null) {
      return;
    }
    publisher.join(SILENCE);
    publisher.interrupt();
    try {
      CompletableFuture<Long> left = sign(open, true).toCompletableFuture();
      open.flush();
      var unused = left.get(1, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.debug("The others could not be told that this node leaves", e);
    }
    open.close();
  }

  /** One server may have many names, so it is found out by listening whether it is the same. */
  private void checkOthersAreHeard(FanOut.Redis redis) throws InterruptedException {
    try {
      List<Node> others = membership.others();
      if (awaitSigns(
          SILENCE, () -> others.stream().allMatch(node -> signs.hasHeard(node.nodeId())))) {
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

  // ---- Publishing, on the publisher's thread

  private void publishAll() {
    List<Item> items = new ArrayList<>();
    while (!stopping || !queue.isEmpty()) {
      try {
        Item first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          items.add(first);
          queue.drainTo(items, MOST_ITEMS_TOGETHER - 1);
        }
        publish(items);
      } catch (InterruptedException e) {
        return; // the service stops, and has waited for long enough
      } catch (RuntimeException e) {
        log.error("{} commits could not be published", items.size(), e);
        items.forEach(item -> miss(item.channel(), item.other()));
      }
      items.clear();
    }
  }

  private void publish(List<Item> items) throws InterruptedException {
    Map<Integer, ClusterBatch.Builder> batches = new TreeMap<>();
    long now = System.nanoTime();
    if (!gaps.isEmpty() && now - gapsTriedNanos > SIGN_INTERVAL.toNanos()) {
      gapsTriedNanos = now;
      for (Integer channel : List.copyOf(gaps)) {
        gaps.remove(channel);
        batchOf(batches, channel).setGap(true);
      }
    }
    for (Item item : items) {
      ByteString content = item.content().get();
      batchOf(batches, item.channel()).addItems(content);
      if (item.other() >= 0) {
        batchOf(batches, item.other()).addItems(content);
      }
    }
    RedisLink redis = link;
    if (batches.isEmpty() || redis == null) {
      return;
    }
    for (Map.Entry<Integer, ClusterBatch.Builder> batch : batches.entrySet()) {
      if (!unanswered.tryAcquire()) {
        redis.flush();
        unanswered.acquire(); // each is answered or given up within a bounded time
      }
      publish(redis, batch.getKey(), batch.getValue().build());
    }
    redis.flush();
    published.increment(items.size());
  }

  private void publish(RedisLink redis, int channel, ClusterBatch batch) {
    var unused =
        redis
            .publish(topic(channel), batch.toByteArray())
            .whenComplete((receivers, failure) -> {
              unanswered.release();
              if (failure != null) {
                notPublished.increment(batch.getItemsCount());
                gaps.add(channel);
              }
            });
  }

  private ClusterBatch.Builder batchOf(Map<Integer, ClusterBatch.Builder> batches, int channel) {
    return batches.computeIfAbsent(
        channel, unused -> ClusterBatch.newBuilder().setNodeId(membership.nodeId()));
  }

  private void miss(int channel, int other) {
    gaps.add(channel);
    if (other >= 0) {
      gaps.add(other);
    }
  }

  // ---- Looking after the connection, on the timer's thread

  private void lookAfter() {
    RedisLink redis = link;
    if (redis == null || stopping) {
      return;
    }
    try {
      redis.connect();
      redis.subscribe(topic(SIGNS));
      keepSubscribed(redis);
      var unused = sign(redis, false);
      redis.flush();
    } catch (RedisException e) {
      log.debug("Redis can't be reached", e);
    } catch (RuntimeException e) {
      log.error("The connection to Redis could not be looked after", e);
    }
    try {
      listenForSilence(redis);
    } catch (RuntimeException e) {
      log.error("Whoever watches could not be told what may have been missed", e);
    }
  }

  private void keepSubscribed(RedisLink redis) {
    Subscriptions.Due due = subscriptions.due();
    if (!due.unsubscribe().isEmpty()) {
      redis.unsubscribe(due.unsubscribe().stream().map(this::topic).toArray(String[]::new));
    }
    if (!due.subscribe().isEmpty()) {
      redis.subscribe(due.subscribe().stream().map(this::topic).toArray(String[]::new));
    }
  }

  private CompletionStage<Long> sign(RedisLink redis, boolean leaving) {
    ClusterSign sign =
        ClusterSign.newBuilder()
            .setNodeId(membership.nodeId())
            .setSlot(membership.slot())
            .setLeaving(leaving)
            .build();
    return redis.publish(topic(SIGNS), sign.toByteArray());
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
    hearer.missed(channel -> true);
  }

  // ---- Hearing, on a thread of the connection

  private final class Messages extends RedisPubSubAdapter<String, byte[]> {
    @Override
    public void message(String topic, byte[] message) {
      try {
        int channel = channelOf(topic);
        if (channel >= 0) {
          hear(channel, ClusterBatch.parseFrom(message));
        } else if (signs.heard(ClusterSign.parseFrom(message), System.nanoTime())) {
          hearer.missed(any -> true);
        }
      } catch (InvalidProtocolBufferException e) {
        log.error("Something that is no message of a node was published on {}", topic, e);
      } catch (RuntimeException | Error e) { // whatever it is, it must not end the connection
        log.error("What was heard on {} could not be delivered", topic, e);
      }
    }

    @Override
    public void subscribed(String topic, long count) {
      int channel = channelOf(topic);
      if (channel >= 0 && subscriptions.confirmed(channel)) {
        hearer.missed(other -> other == channel);
      }
    }

    @Override
    public void unsubscribed(String topic, long count) {
      subscriptions.ended(channelOf(topic));
    }
  }

  private void hear(int channel, ClusterBatch batch) {
    if (batch.getNodeId().equals(membership.nodeId())) {
      return; // whoever watches here was told after the commit
    }
    if (batch.getGap()) {
      hearer.missed(other -> other == channel);
    }
    heard.increment(batch.getItemsCount());
    batch.getItemsList().forEach(item -> hearer.heard(channel, item));
  }

  private final class Connections extends RedisConnectionStateAdapter {
    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
      if (connection instanceof StatefulRedisPubSubConnection) {
        subscriptions.lost();
      }
    }
  }

  private String topic(Object channel) {
    return "flywheel:" + membership.installationId() + ":" + channel;
  }

  /** The number of the channel; -1: it is that of the signs. */
  private static int channelOf(String topic) {
    String name = topic.substring(topic.lastIndexOf(':') + 1);
    return name.equals(SIGNS) ? -1 : Integer.parseInt(name);
  }

  private final class ChannelFollowing implements Following {
    private final int channel;
    private final CompletableFuture<Void> confirmed;

    ChannelFollowing(int channel, CompletableFuture<Void> confirmed) {
      this.channel = channel;
      this.confirmed = confirmed;
    }

    @Override
    public void awaitHeard() {
      try {
        if (hearing) {
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
      subscriptions.unfollow(channel);
    }
  }

  /** Where there are no other nodes, there is nothing to hear. */
  private static final class NotFollowing implements Following {
    @Override
    public void awaitHeard() {}

    @Override
    public void close() {}
  }

  private static final class Nobody implements Hearer {
    @Override
    public void heard(int channel, ByteString item) {}

    @Override
    public void missed(IntPredicate channels) {}
  }
}
