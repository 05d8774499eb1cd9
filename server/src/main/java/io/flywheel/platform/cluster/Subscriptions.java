package io.flywheel.platform.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Which channels are followed here, and which of them Redis has confirmed. A channel is given up
 * only some time after its last follower has gone. Thread-safe.
 */
final class Subscriptions {
  private static final class Subscription {
    private int followers;
    private boolean confirmed;
    private final CompletableFuture<Void> firstConfirmed = new CompletableFuture<>();
  }

  @GuardedBy("this")
  private final Map<Integer, Subscription> byChannel = new TreeMap<>();

  /** What has to be asked of Redis now. */
  record Due(List<Integer> subscribe, List<Integer> unsubscribe) {}

  /** Adds a follower; completed once the channel is heard. */
  synchronized CompletableFuture<Void> follow(int channel) {
    Subscription subscription = byChannel.computeIfAbsent(channel, unused -> new Subscription());
    subscription.followers++;
    return subscription.firstConfirmed;
  }

  /** Takes a follower away. */
  synchronized void unfollow(int channel) {
    Subscription subscription = byChannel.get(channel);
    if (subscription != null) {
      subscription.followers--;
    }
  }

  /** Whether Redis still has to be asked for the channel. */
  synchronized boolean isUnconfirmed(int channel) {
    Subscription subscription = byChannel.get(channel);
    return subscription != null && !subscription.confirmed;
  }

  /**
   * Redis has confirmed a channel.
   *
   * @return whether followers may have missed something on it before
   */
  boolean confirmed(int channel) {
    CompletableFuture<Void> first;
    synchronized (this) {
      Subscription subscription = byChannel.get(channel);
      if (subscription == null) {
        return false;
      }
      subscription.confirmed = true;
      first = subscription.firstConfirmed;
    }
    return !first.complete(null); // somebody had heard it before, or has not waited for it
  }

  /**
   * Redis does not pass a channel on any more. Somebody may have come to follow it between {@link
   * #due} and the request that gave it up.
   */
  synchronized void ended(int channel) {
    Subscription subscription = byChannel.get(channel);
    if (subscription != null) {
      subscription.confirmed = false;
    }
  }

  /** The connection is lost, and every channel with it. */
  synchronized void lost() {
    byChannel.values().forEach(subscription -> subscription.confirmed = false);
  }

  /** What followers and Redis differ in; channels without followers are forgotten by this. */
  synchronized Due due() {
    List<Integer> subscribe = new ArrayList<>();
    List<Integer> unsubscribe = new ArrayList<>();
    byChannel.forEach((channel, subscription) -> {
      if (subscription.followers == 0) {
        unsubscribe.add(channel);
      } else if (!subscription.confirmed) {
        subscribe.add(channel);
      }
    });
    unsubscribe.forEach(byChannel::remove);
    return new Due(subscribe, unsubscribe);
  }
}
