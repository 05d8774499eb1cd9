package io.flywheel.engine;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.cluster.ClusterBus;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Of whom somebody on this node wants to hear what other nodes commit. Channels are shared by the
 * viewers, and by the rooms, that hash to them; what nobody follows stays where it is. Thread-safe.
 */
@Singleton
public final class Follows {
  private static final int VIEWER_CHANNELS = ClusterBus.CHANNELS / 2;
  private static final int ROOM_CHANNELS = ClusterBus.CHANNELS - VIEWER_CHANNELS;

  /** Somebody follows a viewer or room until this is closed. */
  public static final class Follow implements AutoCloseable {
    private final ClusterBus.Following channel;
    private final Runnable end;

    private Follow(ClusterBus.Following channel, Runnable end) {
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

  private record RoomKey(String merchantId, String roomId) {}

  private final ClusterBus bus;
  private final ConcurrentHashMap<Object, Integer> followers = new ConcurrentHashMap<>();

  @Inject
  Follows(ClusterBus bus) {
    this.bus = bus;
  }

  /** Hears of a viewer; to be closed once. */
  public Follow viewer(ViewerKey viewer) {
    return follow(viewer, channelOf(viewer));
  }

  /** Hears of a room; to be closed once. */
  public Follow room(String merchantId, String roomId) {
    return follow(new RoomKey(merchantId, roomId), channelOf(merchantId, roomId));
  }

  boolean followsViewer(ViewerKey viewer) {
    return followers.containsKey(viewer);
  }

  boolean followsRoom(String merchantId, String roomId) {
    return followers.containsKey(new RoomKey(merchantId, roomId));
  }

  static int channelOf(ViewerKey viewer) {
    return viewer.spread() % VIEWER_CHANNELS;
  }

  static int channelOf(String merchantId, String roomId) {
    return VIEWER_CHANNELS + new ViewerKey(merchantId, roomId).spread() % ROOM_CHANNELS;
  }

  static boolean isOfViewers(int channel) {
    return channel < VIEWER_CHANNELS;
  }

  private Follow follow(Object key, int channel) {
    followers.merge(key, 1, Integer::sum);
    return new Follow(
        bus.follow(channel),
        () -> followers.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1));
  }
}
