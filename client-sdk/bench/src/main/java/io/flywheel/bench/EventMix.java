package io.flywheel.bench;

import com.google.protobuf.Timestamp;
import io.flywheel.client.Ids;
import io.flywheel.v1.Commented;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.Followed;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.Shared;
import io.flywheel.v1.Watched;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * Makes up events as a busy evening brings them: 60% likes, 20% comments, 12% watched intervals, 5%
 * entries, 1% each of shares, follows and orders. Not thread-safe.
 */
final class EventMix {
  private static final String BROADCAST = "tonight";

  private final Population population;
  private final String orderPrefix;
  private final SplittableRandom random;
  private long number;

  /** A mix whose orders' ids begin with a prefix that no other mix has. */
  EventMix(Population population, String orderPrefix, long seed) {
    this.population = population;
    this.orderPrefix = orderPrefix;
    this.random = new SplittableRandom(seed);
  }

  /** Something that this viewer does now. */
  Event next(int viewer) {
    Event.Builder event = begin(viewer, Instant.now());
    int kind = random.nextInt(100);
    if (kind < 60) {
      event.setLiked(Liked.getDefaultInstance());
    } else if (kind < 80) {
      event.setCommented(Commented.newBuilder().setText("so good no. " + random.nextInt(100_000)));
    } else if (kind < 92) {
      Timestamp end = event.getOccurredAt();
      event.setWatched(
          Watched.newBuilder()
              .setStartedAt(end.toBuilder().setSeconds(end.getSeconds() - 20 - random.nextInt(40)))
              .setEndedAt(end));
    } else if (kind < 97) {
      event.setEntered(Entered.getDefaultInstance());
    } else if (kind < 98) {
      event.setShared(Shared.newBuilder().setChannel("wechat"));
    } else if (kind < 99) {
      event.setFollowed(Followed.getDefaultInstance());
    } else {
      event.setOrdered(
          Ordered.newBuilder()
              .setOrderId("order-" + orderPrefix + number)
              .setAmountMinor(990 + random.nextInt(50_000)));
    }
    return event.build();
  }

  /**
   * A viewer of those that this connection speaks for: every so-manieth, beginning with its own.
   */
  int viewerOf(int connection, int connections) {
    int share = (population.size() - connection + connections - 1) / connections;
    return connection + connections * random.nextInt(share);
  }

  /** One like of this viewer. */
  Event like(int viewer) {
    return begin(viewer, Instant.now()).setLiked(Liked.getDefaultInstance()).build();
  }

  /** So many likes of this viewer in one event, some time ago. */
  Event likes(int viewer, int count, Instant at) {
    return begin(viewer, at).setLiked(Liked.newBuilder().setCount(count)).build();
  }

  /** A comment whose text is new. */
  Event comment(int viewer, Instant at) {
    Commented.Builder comment = Commented.newBuilder().setText("well said no. " + number);
    return begin(viewer, at).setCommented(comment).build();
  }

  Event share(int viewer, Instant at) {
    return begin(viewer, at).setShared(Shared.newBuilder().setChannel("wechat")).build();
  }

  private Event.Builder begin(int viewer, Instant at) {
    number++;
    return Event.newBuilder()
        .setEventId(Ids.newId())
        .setViewerId(population.viewerId(viewer))
        .setRoomId(population.roomId(viewer))
        .setBroadcastId(BROADCAST)
        .setOccurredAt(
            Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()));
  }
}
