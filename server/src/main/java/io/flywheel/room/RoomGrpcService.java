package io.flywheel.room;

import com.google.inject.Inject;
import com.google.protobuf.Message;
import io.flywheel.engine.Engine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.ActResponse;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.EnterRoomResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.HeartbeatRequest;
import io.flywheel.v1.HeartbeatResponse;
import io.flywheel.v1.LeaveRoomRequest;
import io.flywheel.v1.LeaveRoomResponse;
import io.flywheel.v1.RoomServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.time.zone.ZoneRulesProvider;
import java.util.Set;

/** What viewers do in rooms. Thread-safe. */
final class RoomGrpcService extends RoomServiceGrpc.RoomServiceImplBase {
  private final Engine engine;
  private final HeartbeatTokens tokens;
  private final Set<String> timeZones = ZoneRulesProvider.getAvailableZoneIds();

  @Inject
  RoomGrpcService(Engine engine, HeartbeatTokens tokens) {
    this.engine = engine;
    this.tokens = tokens;
  }

  @Override
  public void enterRoom(EnterRoomRequest request, StreamObserver<EnterRoomResponse> observer) {
    ViewerKey viewer = viewer(request.getViewerId());
    String timeZone = request.getTimeZone();
    if (!timeZone.isEmpty() && !timeZones.contains(timeZone)) {
      throw ServiceException.invalidField(
          "time_zone",
          "\"%s\" (expected: an IANA name such as \"Asia/Shanghai\")".formatted(timeZone));
    }
    String broadcastId = Caller.current().broadcastId(request.getBroadcastId());
    answer(
        observer,
        engine.call(
            viewer,
            request.getRoomId(),
            broadcastId,
            request.getRequestId(),
            request,
            new RoomReactor.Enter(request.getRoomId(), broadcastId, timeZone),
            EnterRoomResponse.getDefaultInstance()));
  }

  @Override
  public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatResponse> observer) {
    ViewerKey viewer = viewer(request.getViewerId());
    long session = tokens.verify(viewer, request.getRoomId(), request.getHeartbeatToken());
    HeartbeatResponse response =
        engine.call(
            viewer,
            request.getRoomId(),
            "",
            request.getRequestId(),
            request,
            new RoomReactor.Beat(request.getRoomId(), session),
            HeartbeatResponse.getDefaultInstance());
    if (response.getHeartbeatToken().isEmpty()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_SESSION_ENDED,
          "the silence was longer than the room allows; call EnterRoom again");
    }
    answer(observer, response);
  }

  @Override
  public void leaveRoom(LeaveRoomRequest request, StreamObserver<LeaveRoomResponse> observer) {
    answer(
        observer,
        engine.call(
            viewer(request.getViewerId()),
            request.getRoomId(),
            "",
            request.getRequestId(),
            request,
            new RoomReactor.Leave(request.getRoomId()),
            LeaveRoomResponse.getDefaultInstance()));
  }

  @Override
  public void act(ActRequest request, StreamObserver<ActResponse> observer) {
    answer(
        observer,
        engine.call(
            viewer(request.getViewerId()),
            request.getRoomId(),
            "",
            request.getRequestId(),
            request,
            new RoomReactor.Act(request.getRoomId(), what(request)),
            ActResponse.getDefaultInstance()));
  }

  private static Event what(ActRequest request) {
    Event.Builder event = Event.newBuilder();
    return switch (request.getWhatCase()) {
      case LIKED -> event.setLiked(request.getLiked()).build();
      case COMMENTED -> event.setCommented(request.getCommented()).build();
      case SHARED -> event.setShared(request.getShared()).build();
      case FOLLOWED -> event.setFollowed(request.getFollowed()).build();
      case CLICKED -> event.setClicked(request.getClicked()).build();
      case WHAT_NOT_SET -> throw new IllegalArgumentException("requests are checked before");
    };
  }

  private static ViewerKey viewer(String requested) {
    Caller caller = Caller.current().require(Role.VIEWER, Role.PLATFORM);
    return new ViewerKey(caller.merchantId(), caller.viewerId(requested));
  }

  private static <A extends Message> void answer(StreamObserver<A> observer, A answer) {
    observer.onNext(answer);
    observer.onCompleted();
  }
}
