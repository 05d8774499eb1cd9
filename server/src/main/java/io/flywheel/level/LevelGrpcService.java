package io.flywheel.level;

import com.google.inject.Inject;
import io.flywheel.engine.Engine;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ClaimSeasonRewardsRequest;
import io.flywheel.v1.ClaimSeasonRewardsResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.GetLevelRequest;
import io.flywheel.v1.GetLevelResponse;
import io.flywheel.v1.LevelServiceGrpc;
import io.flywheel.v1.ListSeasonsRequest;
import io.flywheel.v1.ListSeasonsResponse;
import io.flywheel.v1.PreviewLevelsRequest;
import io.flywheel.v1.PreviewLevelsResponse;
import io.grpc.stub.StreamObserver;

/** LevelService. Thread-safe. */
final class LevelGrpcService extends LevelServiceGrpc.LevelServiceImplBase {
  private final Engine engine;
  private final Levels levels;
  private final Seasons seasons;
  private final LevelPreviews previews;

  @Inject
  LevelGrpcService(Engine engine, Levels levels, Seasons seasons, LevelPreviews previews) {
    this.engine = engine;
    this.seasons = seasons;
    this.levels = levels;
    this.previews = previews;
  }

  @Override
  public void getLevel(GetLevelRequest request, StreamObserver<GetLevelResponse> observer) {
    observer.onNext(
        engine.read(ViewerKey.of(Caller.current(), request.getViewerId()), this::answer));
    observer.onCompleted();
  }

  @Override
  public void previewLevels(
      PreviewLevelsRequest request, StreamObserver<PreviewLevelsResponse> observer) {
    Caller caller = Caller.current().require(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    observer.onNext(previews.preview(caller.merchantId(), request.getLevels()));
    observer.onCompleted();
  }

  @Override
  public void listSeasons(
      ListSeasonsRequest request, StreamObserver<ListSeasonsResponse> observer) {
    observer.onNext(
        engine.read(
            ViewerKey.of(Caller.current(), request.getViewerId()),
            view -> ListSeasonsResponse.newBuilder().addAllSeasons(seasons.list(view)).build()));
    observer.onCompleted();
  }

  @Override
  public void claimSeasonRewards(
      ClaimSeasonRewardsRequest request, StreamObserver<ClaimSeasonRewardsResponse> observer) {
    Caller caller = Caller.current().require(Role.VIEWER, Role.MERCHANT, Role.PLATFORM);
    observer.onNext(
        engine.call(
            ViewerKey.of(caller, request.getViewerId()),
            "",
            "",
            request.getRequestId(),
            request,
            new SeasonReactor.Claim(
                request.getSeasonId(),
                request.getPeriod(),
                request.getTierId(),
                request.getTrack()),
            ClaimSeasonRewardsResponse.getDefaultInstance()));
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
        .addAllHistory(levels.history(view))
        .build();
  }
}
