package io.flywheel.room;

import com.google.inject.Inject;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.broadcast.Broadcast;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.broadcast.RoomInfo;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.ActResponse;
import io.flywheel.v1.BroadcastStarted;
import io.flywheel.v1.CloseBroadcastRequest;
import io.flywheel.v1.CloseBroadcastResponse;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.EnterRoomResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.GetRoomRequest;
import io.flywheel.v1.GetRoomResponse;
import io.flywheel.v1.HeartbeatRequest;
import io.flywheel.v1.HeartbeatResponse;
import io.flywheel.v1.LeaveRoomRequest;
import io.flywheel.v1.LeaveRoomResponse;
import io.flywheel.v1.OpenBroadcastRequest;
import io.flywheel.v1.OpenBroadcastResponse;
import io.flywheel.v1.PublicProfile;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.UpdateRoomRequest;
import io.flywheel.v1.UpdateRoomResponse;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.time.zone.ZoneRulesProvider;
import java.util.Set;

/** Serves RoomService. Thread-safe. */
final class RoomGrpcService extends RoomServiceGrpc.RoomServiceImplBase {
  private static final Duration AHEAD = Duration.ofMinutes(5);

  private final Engine engine;
  private final HeartbeatTokens tokens;
  private final Broadcasts broadcasts;
  private final Clock clock;
  private final Set<String> timeZones = ZoneRulesProvider.getAvailableZoneIds();

  @Inject
  RoomGrpcService(Engine engine, HeartbeatTokens tokens, Broadcasts broadcasts, Clock clock) {
    this.engine = engine;
    this.tokens = tokens;
    this.broadcasts = broadcasts;
    this.clock = clock;
  }

  @Override
  public void updateRoom(UpdateRoomRequest request, StreamObserver<UpdateRoomResponse> observer) {
    answer(
        observer,
        engine.call(
            room(request.getRoomId()),
            request.getRoomId(),
            "",
            request.getRequestId(),
            request,
            request,
            UpdateRoomResponse.getDefaultInstance()));
  }

  @Override
  public void getRoom(GetRoomRequest request, StreamObserver<GetRoomResponse> observer) {
    ViewerKey room = ViewerKey.room(Caller.current().merchantId(), request.getRoomId());
    answer(observer, engine.read(room, view -> read(view, request.getRoomId())));
  }

  @Override
  public void openBroadcast(
      OpenBroadcastRequest request, StreamObserver<OpenBroadcastResponse> observer) {
    Broadcasts.check(request.getBroadcastId());
    BroadcastStarted.Builder shown = BroadcastStarted.newBuilder();
    if (request.hasTitle()) {
      shown.setTitle(request.getTitle());
    }
    if (request.hasCoverUrl()) {
      shown.setCoverUrl(request.getCoverUrl());
    }
    long startMillis = time("started_at", request.hasStartedAt(), request.getStartedAt());
    answer(
        observer,
        engine.call(
            room(request.getRoomId()),
            request.getRoomId(),
            request.getBroadcastId(),
            request.getRequestId(),
            request,
            new BroadcastReactor.Open(
                request.getRoomId(), request.getBroadcastId(), shown.build(), startMillis),
            OpenBroadcastResponse.getDefaultInstance()));
  }

  @Override
  public void closeBroadcast(
      CloseBroadcastRequest request, StreamObserver<CloseBroadcastResponse> observer) {
    Broadcasts.check(request.getBroadcastId());
    long endMillis = time("ended_at", request.hasEndedAt(), request.getEndedAt());
    answer(
        observer,
        engine.call(
            room(request.getRoomId()),
            request.getRoomId(),
            request.getBroadcastId(),
            request.getRequestId(),
            request,
            new BroadcastReactor.Close(request.getRoomId(), request.getBroadcastId(), endMillis),
            CloseBroadcastResponse.getDefaultInstance()));
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
    Caller caller = Caller.current();
    boolean namesRoom = caller.roomId().equals(request.getRoomId());
    String broadcastId =
        request.getBroadcastId().isEmpty() && namesRoom
            ? caller.broadcastId()
            : request.getBroadcastId();
    Broadcasts.check(broadcastId);
    boolean letIn =
        caller.role() != Role.VIEWER
            || (namesRoom && (broadcastId.isEmpty() || broadcastId.equals(caller.broadcastId())));
    answer(
        observer,
        engine.call(
            viewer,
            request.getRoomId(),
            broadcastId,
            request.getRequestId(),
            request,
            new VisitReactor.Enter(
                request.getRoomId(),
                broadcastId,
                timeZone,
                letIn,
                caller.role() == Role.VIEWER,
                shownAs(caller, request)),
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
            new VisitReactor.Beat(request.getRoomId(), session),
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
            new VisitReactor.Leave(request.getRoomId()),
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
            new VisitReactor.Act(request.getRoomId(), what(request)),
            ActResponse.getDefaultInstance()));
  }

  private GetRoomResponse read(StateView view, String roomId) {
    RoomInfo room = broadcasts.room(view, roomId);
    if (!room.isKnown()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_ROOM_NOT_FOUND,
          "room_id: \"%s\" (expected: a room that the platform has named)".formatted(roomId));
    }
    return GetRoomResponse.newBuilder()
        .setRoom(Rooms.shown(view, broadcasts, roomId, room))
        .build();
  }

  /** The time that the platform tells, or now. */
  private long time(String field, boolean told, Timestamp time) {
    long now = clock.millis();
    if (!told) {
      return now;
    }
    boolean isTime = Timestamps.isValid(time);
    long millis = isTime ? Timestamps.toMillis(time) : 0;
    long earliest = now - Broadcast.LATE.toMillis();
    long latest = now + AHEAD.toMillis();
    if (!isTime || millis < earliest || millis > latest) {
      throw ServiceException.invalidField(
          field,
          "%s (expected: %s to %s)"
              .formatted(isTime ? text(millis) : "not a time", text(earliest), text(latest)));
    }
    return millis;
  }

  private static String text(long millis) {
    return Timestamps.toString(Timestamps.fromMillis(millis));
  }

  private static ViewerKey room(String roomId) {
    return ViewerKey.room(Caller.current().require(Role.PLATFORM).merchantId(), roomId);
  }

  /** What a request tells of, of which only {@code what} is set. */
  static Event what(ActRequest request) {
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

  /** A viewer's name and picture are what the platform has written into the token. */
  private static PublicProfile shownAs(Caller caller, EnterRoomRequest request) {
    PublicProfile given = request.getShownAs();
    return caller.role() == Role.VIEWER
        ? given.toBuilder().setDisplayName(caller.name()).setAvatarUrl(caller.picture()).build()
        : given;
  }

  private static ViewerKey viewer(String requested) {
    return ViewerKey.of(Caller.current().require(Role.VIEWER, Role.PLATFORM), requested);
  }

  private static <A extends Message> void answer(StreamObserver<A> observer, A answer) {
    observer.onNext(answer);
    observer.onCompleted();
  }
}
