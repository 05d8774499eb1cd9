package io.flywheel.engine;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.flywheel.platform.cluster.ClusterBus;
import io.flywheel.v1.Fact;
import io.flywheel.v1.ViewerChange;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells other nodes what this one commits, and the listeners here what the others do. Thread-safe.
 */
@Singleton
final class ClusterCommits implements CommitListener, ClusterBus.Hearer {
  private static final Logger log = LoggerFactory.getLogger(ClusterCommits.class);
  private static final int NO_CHANNEL = -1;

  /** Stands in the place of a room, whose ids have no such letter, for the merchant as a whole. */
  private static final String OF_MERCHANT = "!";

  private final ClusterBus bus;
  private final Interests interests;
  private final Set<CommitListener> listeners;
  private final Set<Class<? extends Message>> shared;

  @Inject
  ClusterCommits(
      ClusterBus bus, Interests interests, Set<CommitListener> listeners, Set<SharedFact> shared) {
    this.shared = shared.stream().map(SharedFact::type).collect(Collectors.toUnmodifiableSet());
    this.bus = bus;
    this.interests = interests;
    this.listeners = listeners;
    bus.deliverTo(this);
  }

  @Override
  public void committed(Action action, List<Fact> facts) {
    if (bus.isOn()) {
      String roomId = action.roomId();
      bus.offer(
          Interests.channelOf(action.viewer()),
          roomId.isEmpty() ? NO_CHANNEL : Interests.channelOf(action.viewer().merchantId(), roomId),
          () -> pack(action, action.roomId(), facts));
      List<Fact> ofMerchant =
          shared.isEmpty() ? List.of() : facts.stream().filter(this::isShared).toList();
      if (!ofMerchant.isEmpty()) {
        bus.offer(
            Interests.channelOfMerchant(action.viewer().merchantId()),
            NO_CHANNEL,
            () -> pack(action, OF_MERCHANT, ofMerchant));
      }
    }
  }

  /** For those who follow the room itself; who follows what its viewers set off is not told. */
  @Override
  public void roomCommitted(Action action, List<Fact> facts) {
    if (bus.isOn()) {
      bus.offer(
          Interests.channelOf(action.viewer()),
          NO_CHANNEL,
          () -> pack(action, action.roomId(), facts));
    }
  }

  @Override
  public void outdated(ViewerKey viewer) {
    if (bus.isOn()) {
      bus.offer(
          Interests.channelOfMerchant(viewer.merchantId()),
          NO_CHANNEL,
          () ->
              CommittedAction.newBuilder()
                  .setMerchantId(viewer.merchantId())
                  .setViewerId(viewer.viewerId())
                  .setRoomId(OF_MERCHANT)
                  .setOutdated(true)
                  .build()
                  .toByteString());
    }
  }

  private boolean isShared(Fact fact) {
    return shared.contains(Facts.payloadOf(fact).getClass());
  }

  @Override
  public void heard(int channel, ByteString item) {
    CommittedAction commit;
    try {
      commit = CommittedAction.parseFrom(item);
    } catch (InvalidProtocolBufferException e) {
      log.error("a commit of another node can't be read; do all run the same version?", e);
      missed(same -> same == channel);
      return;
    }
    ViewerKey viewer = new ViewerKey(commit.getMerchantId(), commit.getViewerId());
    if (Interests.isOfViewers(channel) && interests.inViewer(viewer)) {
      Commit unpacked = unpack(commit, viewer);
      tell(listener -> listener.viewerCommittedElsewhere(unpacked));
    } else if (commit.getRoomId().equals(OF_MERCHANT)) {
      if (interests.inMerchant(commit.getMerchantId())) {
        if (commit.getOutdated()) {
          tell(listener -> listener.outdated(viewer));
          return;
        }
        Commit unpacked = unpack(commit, viewer);
        tell(listener -> listener.merchantCommittedElsewhere(unpacked));
      }
    } else if (!Interests.isOfViewers(channel)
        && interests.inRoom(commit.getMerchantId(), commit.getRoomId())) {
      Commit unpacked = unpack(commit, viewer);
      tell(listener -> listener.roomCommittedElsewhere(unpacked));
    }
  }

  @Override
  public void missed(IntPredicate channels) {
    Missed missed =
        new Missed() {
          @Override
          public boolean concerns(ViewerKey viewer) {
            return channels.test(Interests.channelOf(viewer));
          }

          @Override
          public boolean concernsRoom(String merchantId, String roomId) {
            return channels.test(Interests.channelOf(merchantId, roomId));
          }

          @Override
          public boolean concernsMerchant(String merchantId) {
            return channels.test(Interests.channelOfMerchant(merchantId));
          }
        };
    tell(listener -> listener.missed(missed));
  }

  private void tell(Consumer<CommitListener> news) {
    for (CommitListener listener : listeners) {
      try {
        news.accept(listener);
      } catch (RuntimeException e) {
        log.error(
            "{} failed on what another node committed", listener.getClass().getSimpleName(), e);
      }
    }
  }

  private static ByteString pack(Action action, String roomId, List<Fact> facts) {
    return CommittedAction.newBuilder()
        .setMerchantId(action.viewer().merchantId())
        .setViewerId(action.viewer().viewerId())
        .setRoomId(roomId)
        .setBroadcastId(action.broadcastId())
        .setAtMillis(action.at().toEpochMilli())
        .setChange(ViewerChange.newBuilder().addAllFacts(facts).build().toByteString())
        .build()
        .toByteString();
  }

  private static Commit unpack(CommittedAction commit, ViewerKey viewer) {
    try {
      return new Commit(
          viewer,
          commit.getRoomId(),
          commit.getBroadcastId(),
          Instant.ofEpochMilli(commit.getAtMillis()),
          ViewerChange.parseFrom(commit.getChange()).getFactsList());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("another node published facts that can't be read", e);
    }
  }
}
