package io.flywheel.platform.cluster;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.platform.cluster.ClusterBus.Hearer;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the hearer what comes by the connection to Redis, on a thread of that. Thread-safe. */
final class ClusterReception {
  private static final Logger log = LoggerFactory.getLogger(ClusterReception.class);

  private final ClusterMembership membership;
  private final Subscriptions subscriptions;
  private final NodeSigns signs;
  private final Counter heard;

  private volatile Hearer hearer = new Nobody();

  ClusterReception(
      ClusterMembership membership,
      Subscriptions subscriptions,
      NodeSigns signs,
      MeterRegistry metrics) {
    this.membership = membership;
    this.subscriptions = subscriptions;
    this.signs = signs;
    heard =
        Counter.builder("flywheel.cluster.heard")
            .description("Commits of other nodes that came by Redis")
            .register(metrics);
  }

  void deliverTo(Hearer newHearer) {
    hearer = newHearer;
  }

  /** Something may have been missed on some channels. */
  void missed(IntPredicate channels) {
    hearer.missed(channels);
  }

  RedisPubSubListener<String, byte[]> messages() {
    return new Messages();
  }

  RedisConnectionStateListener connections() {
    return new Connections();
  }

  private final class Messages extends RedisPubSubAdapter<String, byte[]> {
    @Override
    public void message(String topic, byte[] message) {
      try {
        int channel = ClusterTopics.channelOf(topic);
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
      int channel = ClusterTopics.channelOf(topic);
      if (channel >= 0 && subscriptions.confirmed(channel)) {
        hearer.missed(other -> other == channel);
      }
    }

    @Override
    public void unsubscribed(String topic, long count) {
      subscriptions.ended(ClusterTopics.channelOf(topic));
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

  private static final class Nobody implements Hearer {
    @Override
    public void heard(int channel, ByteString item) {}

    @Override
    public void missed(IntPredicate channels) {}
  }
}
