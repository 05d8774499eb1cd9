package io.flywheel.analytics;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.RoomKey;
import io.flywheel.engine.Action;
import io.flywheel.engine.Commit;
import io.flywheel.engine.CommitListener;
import io.flywheel.engine.Interests;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.Budget;
import io.flywheel.v1.Fact;
import io.flywheel.v1.RoomRewards;
import io.flywheel.v1.WatchRoomResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Serves those who watch rooms: figures by reading them for each watched room, rewards as they are
 * committed. Thread-safe.
 */
final class RoomHub implements CommitListener {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  /** However many rooms are watched, the database is left to those who write. */
  private static final int MAX_READS_AT_ONCE = 2;

  private final Reports reports;
  private final Interests interests;
  private final Budget places;
  private final Semaphore reads = new Semaphore(MAX_READS_AT_ONCE, true);
  private final ConcurrentHashMap<RoomKey, WatchedRoom> rooms = new ConcurrentHashMap<>();

  @Inject
  RoomHub(AnalyticsConfig config, Reports reports, Interests interests) {
    this.interests = interests;
    this.reports = reports;
    this.places = new Budget(config.maxWatchers());
  }

  @Override
  public void committed(Action action, List<Fact> facts) {
    if (!rooms.isEmpty()) {
      tell(action.viewer(), action.roomId(), action.at(), facts);
    }
  }

  @Override
  public void roomCommittedElsewhere(Commit commit) {
    tell(commit.viewer(), commit.roomId(), commit.at(), commit.facts());
  }

  private void tell(ViewerKey viewer, String roomId, Instant at, List<Fact> facts) {
    WatchedRoom room = rooms.get(new RoomKey(viewer.merchantId(), roomId));
    if (room == null) {
      return;
    }
    RoomRewards.Builder rewards = RoomRewards.newBuilder();
    facts.stream()
        .filter(Fact::hasRewardGiven)
        .forEach(fact -> rewards.addRewards(fact.getRewardGiven()));
    if (rewards.getRewardsCount() > 0) {
      room.rewarded(
          rewards
              .setViewerId(viewer.viewerId())
              .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
              .build());
    }
  }

  /**
   * Serves a stream until its client has gone.
   *
   * @throws ServiceException OVERLOADED
   */
  void watch(RoomKey key, ServerCallStreamObserver<WatchRoomResponse> stream) {
    List<String> merchant = List.of(key.merchantId());
    if (!places.take(merchant, 1)) {
      throw ServiceException.overloaded(RETRY_AFTER);
    }
    RoomWatcher watcher = new RoomWatcher(stream);
    stream.setOnReadyHandler(watcher::wake);
    stream.setOnCancelHandler(watcher::end);
    add(key, watcher);
    Thread.ofVirtual()
        .name("watch-room")
        .start(() -> {
          try (Interests.Interest interest = interests.room(key.merchantId(), key.roomId())) {
            interest.awaitHeard();
            watcher.run();
          } finally {
            remove(key, watcher);
            places.give(merchant, 1);
          }
        });
  }

  private void add(RoomKey key, RoomWatcher watcher) {
    rooms.compute(
        key,
        (unused, watched) -> {
          WatchedRoom room = watched == null ? open(key) : watched;
          room.add(watcher);
          return room;
        });
  }

  private void remove(RoomKey key, RoomWatcher watcher) {
    rooms.computeIfPresent(
        key,
        (unused, room) -> {
          if (!room.remove(watcher)) {
            return room;
          }
          room.close();
          return null;
        });
  }

  private WatchedRoom open(RoomKey key) {
    WatchedRoom room = new WatchedRoom();
    Thread.ofVirtual()
        .name("read-room")
        .start(() -> room.run(() -> reports.latest(key.merchantId(), key.roomId()), reads));
    return room;
  }
}
