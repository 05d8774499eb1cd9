package io.flywheel.level;

import com.google.inject.Inject;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.GetLevelRequest;
import io.flywheel.v1.GetLevelResponse;
import io.flywheel.v1.LevelServiceGrpc;
import io.grpc.stub.StreamObserver;

/** LevelService. Thread-safe. */
final class LevelGrpcService extends LevelServiceGrpc.LevelServiceImplBase {
  private final Engine engine;
  private final Levels levels;

  @Inject
  LevelGrpcService(Engine engine, Levels levels) {
    this.engine = engine;
    this.levels = levels;
  }

  @Override
  public void getLevel(GetLevelRequest request, StreamObserver<GetLevelResponse> observer) {
    observer.onNext(
        engine.read(ViewerKey.of(Caller.current(), request.getViewerId()), this::answer));
    observer.onCompleted();
  }

  private GetLevelResponse answer(StateView view) {
    if (CompiledLevels.of(view).isEmpty()) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_LEVELS_NOT_FOUND, "the program in force has no levels");
    }
    return GetLevelResponse.newBuilder()
        .setStanding(levels.standing(view))
        .addAllLadder(levels.ladder(view))
        .build();
  }
}
