package io.flywheel.leaderboard;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.counting.Triggers;
import io.flywheel.engine.CommitListener;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.SharedFact;
import io.flywheel.engine.SharedSlice;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.chores.Chore;
import io.flywheel.platform.config.Settings;
import io.flywheel.program.Programs;
import io.flywheel.v1.ScoreMoved;
import io.grpc.BindableService;

/** Binds leaderboards. */
public final class LeaderboardModule extends AbstractModule {
  private final BoardConfig config;

  public LeaderboardModule(Settings settings) {
    config = settings.read("leaderboard", BoardConfig.class);
  }

  @Override
  protected void configure() {
    bind(BoardConfig.class).toInstance(config);
    bind(BoardDao.class);
    bind(BoardPurgeDao.class);
    Multibinder.newSetBinder(binder(), Chore.class).addBinding().to(BoardPurgeDao.class);
    bind(ScoreSlice.class).in(Scopes.SINGLETON);
    SharedFact.binder(binder()).addBinding().toInstance(new SharedFact(ScoreMoved.class));
    SharedSlice.bind(binder(), PeriodSlice.class);
    SharedSlice.bind(binder(), SeatsSlice.class);
    bind(LeagueDao.class);
    PackedSlice.bind(binder(), FriendSlice.class);
    bind(FriendReactor.class).in(Scopes.SINGLETON);
    PackedSlice.bind(binder(), TeamSlice.class);
    bind(TeamTotalsSlice.class).in(Scopes.SINGLETON);
    bind(TeamMembersSlice.class).in(Scopes.SINGLETON);
    bind(TeamReactor.class).in(Scopes.SINGLETON);
    bind(TeamSection.class).in(Scopes.SINGLETON);
    bind(TeamRanks.class).in(Scopes.SINGLETON);
    bind(LeagueSlice.class).in(Scopes.SINGLETON);
    bind(SeatAppender.class).in(Scopes.SINGLETON);
    bind(CohortsSlice.class).in(Scopes.SINGLETON);
    bind(LeagueReactor.class).in(Scopes.SINGLETON);
    bind(RankReactor.class).in(Scopes.SINGLETON);
    bind(Leagues.class).in(Scopes.SINGLETON);
    bind(StandingsSlice.class).in(Scopes.SINGLETON);
    bind(BoardSection.class).in(Scopes.SINGLETON);
    bind(OrderScoreSlice.class).in(Scopes.SINGLETON);
    bind(OrderScorePurgeDao.class);
    Multibinder.newSetBinder(binder(), Chore.class).addBinding().to(OrderScorePurgeDao.class);
    bind(RefundReactor.class).in(Scopes.SINGLETON);
    bind(BoardReactor.class).in(Scopes.SINGLETON);
    bind(BoardIndexes.class).in(Scopes.SINGLETON);
    bind(BoardWatch.class);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(BoardWatch.class);
    bind(Faces.class).in(Scopes.SINGLETON);
    bind(FacePreparation.class);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(FacePreparation.class);
    bind(Boards.class).in(Scopes.SINGLETON);
    bind(BoardHub.class).in(Scopes.SINGLETON);
    bind(LeaderboardGrpcService.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(BoardSection.class);
    Programs.sections(binder()).addBinding().to(TeamSection.class);
    Triggers.listeners(binder()).addBinding().to(BoardReactor.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(BoardReactor.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(RefundReactor.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(LeagueReactor.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(RankReactor.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(FriendReactor.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(TeamReactor.class);
    Multibinder.newSetBinder(binder(), CommitListener.class).addBinding().to(BoardIndexes.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(LeaderboardGrpcService.class);
  }
}
