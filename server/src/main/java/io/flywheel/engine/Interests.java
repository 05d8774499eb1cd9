package io.flywheel.engine;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.cluster.ClusterBus;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The viewers, rooms and merchants that are followed on this node, so that it hears what other
 * nodes commit for them. Viewers and rooms that hash to one channel share it. Thread-safe.
 */
@Singleton
public final class Interests {
  private static final int VIEWER_CHANNELS = ClusterBus.CHANNELS / 2;
  private static final int ROOM_CHANNELS = ClusterBus.CHANNELS - VIEWER_CHANNELS;

  /** Somebody wants to hear of a viewer or room until this is closed. */
  public static final class Interest implements AutoCloseable {
    private final ClusterBus.Subscription channel;
    private final Runnable end;

    private Interest(ClusterBus.Subscription channel, Runnable end) {
      this.channel = channel;
      this.end = end;
    }

    /**
     * Waits, for a bounded time, until other nodes are heard: what is read of the database after
     * this lacks nothing that will not be told. Where the time is not enough, listeners are told
     * later that they may have missed something.
     */
    public void awaitHeard() {
      channel.awaitHeard();
    }

    @Override
    public void close() {
      end.run();
      channel.close();
    }
  }

  private final ClusterBus bus;
  private final ConcurrentHashMap<ViewerKey, Integer> holders = new ConcurrentHashMap<>();

  @Inject
  Interests(ClusterBus bus) {
    this.bus = bus;
  }

  /** Hears of a viewer, or of what a room itself does, by its reserved id; to be closed once. */
  public Interest viewer(ViewerKey viewer) {
    return add(viewer, channelOf(viewer));
  }

  /** Hears of a room; to be closed once. */
  public Interest room(String merchantId, String roomId) {
    return add(ViewerKey.room(merchantId, roomId), channelOf(merchantId, roomId));
  }

  /** Hears what a merchant's viewers set off of {@link SharedFact}s; to be closed once. */
  public Interest merchant(String merchantId) {
    return add(ViewerKey.merchant(merchantId), channelOfMerchant(merchantId));
  }

  boolean inMerchant(String merchantId) {
    return holders.containsKey(ViewerKey.merchant(merchantId));
  }

  boolean inViewer(ViewerKey viewer) {
    return holders.containsKey(viewer);
  }

  boolean inRoom(String merchantId, String roomId) {
    return holders.containsKey(ViewerKey.room(merchantId, roomId));
  }

  static int channelOf(ViewerKey viewer) {
    return viewer.spread() % VIEWER_CHANNELS;
  }

  static int channelOf(String merchantId, String roomId) {
    return VIEWER_CHANNELS + new ViewerKey(merchantId, roomId).spread() % ROOM_CHANNELS;
  }

  /** One of those that rooms have, so that a viewer's id never meets it. */
  static int channelOfMerchant(String merchantId) {
    return VIEWER_CHANNELS + ViewerKey.merchant(merchantId).spread() % ROOM_CHANNELS;
  }

  static boolean isOfViewers(int channel) {
    return channel < VIEWER_CHANNELS;
  }

  private Interest add(ViewerKey key, int channel) {
    holders.merge(key, 1, Integer::sum);
    return new Interest(
        bus.subscribe(channel),
        () -> holders.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1));
  }
}
