package io.flywheel.reward;

import com.google.inject.Inject;
import com.google.protobuf.util.Durations;
import io.flywheel.broadcast.RoomKey;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.v1.Booster;
import io.flywheel.v1.BoosterServiceGrpc;
import io.flywheel.v1.EndRoomBoosterRequest;
import io.flywheel.v1.EndRoomBoosterResponse;
import io.flywheel.v1.ListRoomBoostersRequest;
import io.flywheel.v1.ListRoomBoostersResponse;
import io.flywheel.v1.StartRoomBoosterRequest;
import io.flywheel.v1.StartRoomBoosterResponse;
import io.grpc.stub.StreamObserver;

/** BoosterService. Thread-safe. */
final class BoosterGrpcService extends BoosterServiceGrpc.BoosterServiceImplBase {
  private final Engine engine;
  private final RoomBoosterSlice slice;

  @Inject
  BoosterGrpcService(Engine engine, RoomBoosterSlice slice) {
    this.engine = engine;
    this.slice = slice;
  }

  @Override
  public void startRoomBooster(
      StartRoomBoosterRequest request, StreamObserver<StartRoomBoosterResponse> response) {
    response.onNext(
        engine.call(
            room(request.getRoomId()),
            request.getRoomId(),
            "",
            request.getRequestId(),
            request,
            new RoomBoosterReactor.Start(
                request.getRoomId(),
                request.getBoosterId(),
                request.hasRunsFor() ? Durations.toMillis(request.getRunsFor()) : null),
            StartRoomBoosterResponse.getDefaultInstance()));
    response.onCompleted();
  }

  @Override
  public void endRoomBooster(
      EndRoomBoosterRequest request, StreamObserver<EndRoomBoosterResponse> response) {
    response.onNext(
        engine.call(
            room(request.getRoomId()),
            request.getRoomId(),
            "",
            request.getRequestId(),
            request,
            new RoomBoosterReactor.End(request.getRoomId(), request.getBoosterId()),
            EndRoomBoosterResponse.getDefaultInstance()));
    response.onCompleted();
  }

  @Override
  public void listRoomBoosters(
      ListRoomBoostersRequest request, StreamObserver<ListRoomBoostersResponse> response) {
    ViewerKey room = ViewerKey.room(Caller.current().merchantId(), request.getRoomId());
    response.onNext(engine.read(room, view -> all(view, request.getRoomId())));
    response.onCompleted();
  }

  private ListRoomBoostersResponse all(StateView view, String roomId) {
    BoostersOfRoom room = view.peek(slice, new RoomKey(view.viewer().merchantId(), roomId));
    ListRoomBoostersResponse.Builder answer = ListRoomBoostersResponse.newBuilder();
    for (Booster booster : Boosters.of(view).forHosts()) {
      answer.addBoosters(
          RoomBoosterReactor.shown(
              booster,
              RoomBoosters.runAt(room, booster.getId(), view.at().toEpochMilli()).orElse(null)));
    }
    return answer.build();
  }

  private static ViewerKey room(String roomId) {
    Caller caller = Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    return ViewerKey.room(caller.merchantId(), roomId);
  }
}
