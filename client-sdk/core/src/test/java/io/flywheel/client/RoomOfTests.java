package io.flywheel.client;

import com.google.protobuf.Duration;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.ActResponse;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.EnterRoomResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.HeartbeatRequest;
import io.flywheel.v1.HeartbeatResponse;
import io.flywheel.v1.LeaveRoomRequest;
import io.flywheel.v1.LeaveRoomResponse;
import io.flywheel.v1.RoomServiceGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A service with one room, as far as a stay in it goes: it keeps its promises, or breaks down.
 * Thread-safe.
 */
final class RoomOfTests extends RoomServiceGrpc.RoomServiceImplBase {
  static final int INTERVAL_SECONDS = 30;

  final List<EnterRoomRequest> entries = new CopyOnWriteArrayList<>();
  final List<HeartbeatRequest> beats = new CopyOnWriteArrayList<>();
  final List<LeaveRoomRequest> leaves = new CopyOnWriteArrayList<>();
  final List<ActRequest> acts = new CopyOnWriteArrayList<>();

  /** The likes that counted, by request id: one effect each. */
  final Map<String, Integer> likes = new ConcurrentHashMap<>();

  volatile @Nullable RuntimeException failure;
  volatile boolean losesAnswers;
  volatile boolean endsSessions;
  volatile boolean refusesTimeZones;

  int likesInAll() {
    return likes.values().stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public void enterRoom(EnterRoomRequest request, StreamObserver<EnterRoomResponse> observer) {
    entries.add(request);
    if (refusesTimeZones && !request.getTimeZone().isEmpty()) {
      observer.onError(
          LoopbackServer.error(
              Status.Code.INVALID_ARGUMENT,
              ErrorReason.ERROR_REASON_INVALID_FIELD,
              ErrorOnTheWire.violation("time_zone", "(expected: one that is known)")));
      return;
    }
    answer(
        observer,
        EnterRoomResponse.newBuilder()
            .setHeartbeatToken("entry-" + request.getRequestId())
            .setHeartbeatInterval(Duration.newBuilder().setSeconds(INTERVAL_SECONDS))
            .build());
  }

  @Override
  public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> observer) {
    beats.add(request);
    if (endsSessions) {
      observer.onError(
          LoopbackServer.error(
              Status.Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_SESSION_ENDED));
      return;
    }
    answer(
        observer,
        HeartbeatResponse.newBuilder()
            .setHeartbeatToken(request.getHeartbeatToken())
            .setHeartbeatInterval(Duration.newBuilder().setSeconds(INTERVAL_SECONDS))
            .build());
  }

  @Override
  public void leaveRoom(LeaveRoomRequest request, StreamObserver<LeaveRoomResponse> observer) {
    leaves.add(request);
    answer(observer, LeaveRoomResponse.getDefaultInstance());
  }

  @Override
  public void act(ActRequest request, StreamObserver<ActResponse> observer) {
    acts.add(request);
    if (failure == null) {
      likes.put(request.getRequestId(), request.getLiked().getCount());
    }
    answer(observer, ActResponse.getDefaultInstance());
  }

  private <R> void answer(StreamObserver<R> observer, R answer) {
    if (failure != null) {
      observer.onError(failure);
    } else if (losesAnswers) {
      observer.onError(Status.UNAVAILABLE.withDescription("cut").asRuntimeException());
    } else {
      observer.onNext(answer);
      observer.onCompleted();
    }
  }
}
