package io.flywheel.platform.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The two connections to Redis, one for publishing and one for hearing. A call fails at once while
 * there is none, and within two seconds whatever Redis does. Thread-safe.
 */
final class RedisLink {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE);

  private final DefaultClientResources resources;
  private final RedisClient client;
  private final RedisPubSubListener<String, byte[]> listener;

  @GuardedBy("this")
  private @Nullable StatefulRedisConnection<String, byte[]> publishing;

  @GuardedBy("this")
  private @Nullable StatefulRedisPubSubConnection<String, byte[]> hearing;

  /**
   * A link, not connected yet.
   *
   * @param connections is told when a connection is lost
   * @param listener is given what is heard, on a thread that it must not hold up
   */
  RedisLink(
      RedisURI uri,
      RedisConnectionStateListener connections,
      RedisPubSubListener<String, byte[]> listener) {
    this.listener = listener;
    resources =
        DefaultClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .reconnectDelay(Delay.constant(Duration.ofMillis(250)))
            .build();
    client = RedisClient.create(resources, uri);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
            .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build())
            .build());
    client.addListener(connections);
  }

  /**
   * Connects where that is still to be done; connections that break are renewed by themselves.
   *
   * @throws RedisException Redis can't be reached
   */
  synchronized void connect() {
    if (publishing == null) {
      StatefulRedisConnection<String, byte[]> fresh = client.connect(CODEC);
      fresh.setAutoFlushCommands(false); // what goes out together is one write
      publishing = fresh;
    }
    if (hearing == null) {
      StatefulRedisPubSubConnection<String, byte[]> fresh = client.connectPubSub(CODEC);
      fresh.addListener(listener);
      hearing = fresh;
    }
  }

  /** Gives the connections up, which may hang without having broken. */
  synchronized void disconnect() {
    if (publishing != null) {
      var unused = publishing.closeAsync();
    }
    if (hearing != null) {
      var unused = hearing.closeAsync();
    }
    publishing = null;
    hearing = null;
  }

  /** Publishes with the next {@link #flush}. */
  CompletionStage<Long> publish(String channel, byte[] message) {
    StatefulRedisConnection<String, byte[]> connection = publishing();
    return connection == null
        ? CompletableFuture.failedStage(new RedisException("not connected"))
        : connection.async().publish(channel, message);
  }

  /** Sends what was published. */
  void flush() {
    StatefulRedisConnection<String, byte[]> connection = publishing();
    if (connection != null) {
      connection.flushCommands();
    }
  }

  /** Asks for channels; what comes of it, the listener is told. */
  void subscribe(String... channels) {
    StatefulRedisPubSubConnection<String, byte[]> connection = hearing();
    if (connection != null) {
      var unused = connection.async().subscribe(channels);
    }
  }

  void unsubscribe(String... channels) {
    StatefulRedisPubSubConnection<String, byte[]> connection = hearing();
    if (connection != null) {
      var unused = connection.async().unsubscribe(channels);
    }
  }

  void close() {
    disconnect();
    client.shutdown(Duration.ZERO, TIMEOUT);
    var unused = resources.shutdown(0, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized @Nullable StatefulRedisConnection<String, byte[]> publishing() {
    return publishing;
  }

  private synchronized @Nullable StatefulRedisPubSubConnection<String, byte[]> hearing() {
    return hearing;
  }
}
