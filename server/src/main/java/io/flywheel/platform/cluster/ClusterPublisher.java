package io.flywheel.platform.cluster;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes items on their channels, in the order in which they were offered, on a thread of its
 * own. What could not be published is told to the channel as a gap, once that works again.
 * Thread-safe.
 */
final class ClusterPublisher {
  private static final Logger log = LoggerFactory.getLogger(ClusterPublisher.class);

  /** How often the gaps are tried again. */
  private static final Duration GAP_INTERVAL = Duration.ofMillis(500);

  private static final int MAX_ITEMS_TOGETHER = 4096;
  private static final int MAX_UNANSWERED = 2 * ClusterBus.CHANNELS;

  private record Item(int channel, int other, Supplier<ByteString> content) {}

  private final ClusterMembership membership;
  private final ClusterTopics topics;
  private final BlockingQueue<Item> queue;
  private final Set<Integer> gaps = ConcurrentHashMap.newKeySet();
  private final Semaphore unanswered = new Semaphore(MAX_UNANSWERED);
  private final Counter published;
  private final Counter notPublished;

  private volatile @Nullable Thread thread;
  private volatile boolean stopping;
  private long gapsTriedNanos; // of the publisher's thread

  ClusterPublisher(
      ClusterMembership membership,
      ClusterTopics topics,
      int queueCapacity,
      MeterRegistry metrics) {
    this.membership = membership;
    this.topics = topics;
    queue = new ArrayBlockingQueue<>(queueCapacity);
    published =
        Counter.builder("flywheel.cluster.published")
            .description("Commits given to Redis")
            .register(metrics);
    notPublished =
        Counter.builder("flywheel.cluster.not.published")
            .description(
                "Commits that Redis could not be given in time; their watchers are given the"
                    + " standing anew")
            .register(metrics);
  }

  /**
   * Publishes an item on one or two channels, soon; never waits. The other is -1 if there is none.
   * The content is asked for later, on another thread.
   */
  void offer(int channel, int other, Supplier<ByteString> content) {
    if (!queue.offer(new Item(channel, other, content))) {
      notPublished.increment();
      miss(channel, other);
    }
  }

  void start(RedisLink redis) {
    thread = Thread.ofPlatform().daemon().name("cluster-publisher").start(() -> publishAll(redis));
  }

  /** Publishes what was offered before, as far as the patience goes. */
  void stop(Duration patience) throws InterruptedException {
    stopping = true;
    Thread running = thread;
    if (running != null) {
      running.join(patience);
      running.interrupt();
    }
  }

  private void publishAll(RedisLink redis) {
    List<Item> items = new ArrayList<>();
    while (!stopping || !queue.isEmpty()) {
      try {
        Item first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          items.add(first);
          queue.drainTo(items, MAX_ITEMS_TOGETHER - 1);
        }
        publish(redis, items);
      } catch (InterruptedException e) {
        return; // the service stops, and has waited for long enough
      } catch (RuntimeException e) {
        log.error("{} commits could not be published", items.size(), e);
        items.forEach(item -> miss(item.channel(), item.other()));
      }
      items.clear();
    }
  }

  private void publish(RedisLink redis, List<Item> items) throws InterruptedException {
    Map<Integer, ClusterBatch.Builder> batches = new TreeMap<>();
    long now = System.nanoTime();
    if (!gaps.isEmpty() && now - gapsTriedNanos > GAP_INTERVAL.toNanos()) {
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
    if (batches.isEmpty()) {
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
            .publish(topics.of(channel), batch.toByteArray())
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
}
