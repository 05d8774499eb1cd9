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
import io.flywheel.platform.grpc.WatchPlaces;
import io.flywheel.platform.grpc.WatchedThings;
import io.flywheel.v1.Fact;
import io.flywheel.v1.InviteeEntered;
import io.flywheel.v1.RoomArrival;
import io.flywheel.v1.RoomReport;
import io.flywheel.v1.RoomRewards;
import io.flywheel.v1.WatchRoomResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Serves those who watch rooms: figures by reading them for each watched room, rewards and
 * newcomers by invites as they are committed. Thread-safe.
 */
final class RoomHub implements CommitListener {
  /** However many rooms are watched, the database is left to those who write. */
  private static final int MAX_READS_AT_ONCE = 2;

  private final Reports reports;
  private final Interests interests;
  private final WatchPlaces places;
  private final Semaphore reads = new Semaphore(MAX_READS_AT_ONCE, true);
  private final WatchedThings<RoomKey, RoomReport, RoomWatcher> rooms =
      new WatchedThings<>("read-room", this::reader, RoomWatcher::offer);

  @Inject
  RoomHub(AnalyticsConfig config, Reports reports, Interests interests) {
    this.interests = interests;
    this.reports = reports;
    this.places = new WatchPlaces("watch-room", config.maxWatchers());
  }

  @Override
  public void committed(Action action, List<Fact> facts) {
    tell(action.viewer(), action.roomId(), action.at(), facts);
  }

  @Override
  public void roomCommittedElsewhere(Commit commit) {
    tell(commit.viewer(), commit.roomId(), commit.at(), commit.facts());
  }

  private void tell(ViewerKey viewer, String roomId, Instant at, List<Fact> facts) {
    RoomKey room = new RoomKey(viewer.merchantId(), roomId);
    if (!rooms.isWatched(room)) {
      return;
    }
    RoomRewards.Builder rewards = RoomRewards.newBuilder();
    facts.stream()
        .filter(Fact::hasRewardGiven)
        .forEach(fact -> rewards.addRewards(fact.getRewardGiven()));
    if (rewards.getRewardsCount() > 0) {
      rewards
          .setViewerId(viewer.viewerId())
          .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()));
      tell(room, WatchRoomResponse.newBuilder().setRewards(rewards).build());
    }
    facts.stream()
        .filter(Fact::hasInviteeEntered)
        .map(fact -> arrival(viewer, at, fact.getInviteeEntered()))
        .forEach(arrival -> tell(room, WatchRoomResponse.newBuilder().setArrival(arrival).build()));
  }

  private void tell(RoomKey room, WatchRoomResponse news) {
    rooms.tell(room, watcher -> watcher.offer(news));
  }

  private static RoomArrival arrival(ViewerKey inviter, Instant at, InviteeEntered entered) {
    return RoomArrival.newBuilder()
        .setInviteeId(entered.getInviteeId())
        .setInviterId(inviter.viewerId())
        .setCampaignId(entered.getCampaignId())
        .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()))
        .build();
  }

  /**
   * Serves a stream until its client has gone.
   *
   * @throws ServiceException OVERLOADED
   */
  void watch(RoomKey key, ServerCallStreamObserver<WatchRoomResponse> stream) {
    places.take(key.merchantId());
    RoomWatcher watcher = new RoomWatcher(stream);
    rooms.add(key, watcher);
    places.serve(
        key.merchantId(),
        () -> {
          try (Interests.Interest interest = interests.room(key.merchantId(), key.roomId())) {
            interest.awaitHeard();
            watcher.run();
          } finally {
            rooms.remove(key, watcher);
          }
        });
  }

  private RoomReader reader(RoomKey key) {
    return new RoomReader(() -> reports.latest(key.merchantId(), key.roomId()), reads);
  }
}
