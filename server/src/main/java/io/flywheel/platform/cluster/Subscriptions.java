package io.flywheel.platform.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Which channels are subscribed to here, and which of them Redis has confirmed. A channel is given
 * up only some time after its last subscriber has gone. Thread-safe.
 */
final class Subscriptions {
  private static final class Channel {
    private int subscribers;
    private boolean confirmed;
    private final CompletableFuture<Void> firstConfirmed = new CompletableFuture<>();
  }

  @GuardedBy("this")
  private final Map<Integer, Channel> byChannel = new TreeMap<>();

  /** What has to be asked of Redis now. */
  record Due(List<Integer> subscribe, List<Integer> unsubscribe) {}

  /** Adds a subscriber; completed once the channel is heard. */
  synchronized CompletableFuture<Void> add(int channel) {
    Channel entry = byChannel.computeIfAbsent(channel, unused -> new Channel());
    entry.subscribers++;
    return entry.firstConfirmed;
  }

  /** Takes a subscriber away. */
  synchronized void remove(int channel) {
    Channel entry = byChannel.get(channel);
    if (entry != null) {
      entry.subscribers--;
    }
  }

  /** Whether Redis still has to be asked for the channel. */
  synchronized boolean isUnconfirmed(int channel) {
    Channel entry = byChannel.get(channel);
    return entry != null && !entry.confirmed;
  }

  /**
   * Redis has confirmed a channel.
   *
   * @return whether subscribers may have missed something on it before
   */
  boolean confirmed(int channel) {
    CompletableFuture<Void> first;
    synchronized (this) {
      Channel entry = byChannel.get(channel);
      if (entry == null) {
        return false;
      }
      entry.confirmed = true;
      first = entry.firstConfirmed;
    }
    return !first.complete(null); // somebody had heard it before, or has not waited for it
  }

  /**
   * Redis does not pass a channel on any more. Somebody may have subscribed to it between {@link
   * #due} and the request that gave it up.
   */
  synchronized void ended(int channel) {
    Channel entry = byChannel.get(channel);
    if (entry != null) {
      entry.confirmed = false;
    }
  }

  /** The connection is lost, and every channel with it. */
  synchronized void lost() {
    byChannel.values().forEach(entry -> entry.confirmed = false);
  }

  /** What subscribers and Redis differ in; channels without subscribers are forgotten by this. */
  synchronized Due due() {
    List<Integer> subscribe = new ArrayList<>();
    List<Integer> unsubscribe = new ArrayList<>();
    byChannel.forEach((channel, entry) -> {
      if (entry.subscribers == 0) {
        unsubscribe.add(channel);
      } else if (!entry.confirmed) {
        subscribe.add(channel);
      }
    });
    unsubscribe.forEach(byChannel::remove);
    return new Due(subscribe, unsubscribe);
  }
}
