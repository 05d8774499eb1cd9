package io.flywheel.points;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.counting.Triggers;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.ViewerSection;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.chores.Chore;
import io.flywheel.platform.config.Settings;
import io.flywheel.program.Programs;
import io.flywheel.reward.PriceKeeper;
import io.flywheel.reward.RewardKinds;
import io.grpc.BindableService;

/** Binds points. */
public final class PointsModule extends AbstractModule {
  private final PointsConfig config;

  public PointsModule(Settings settings) {
    config = settings.read("points", PointsConfig.class);
  }

  @Override
  protected void configure() {
    PackedSlice.bind(binder(), PointsSlice.class);
    bind(LedgerAppender.class).in(Scopes.SINGLETON);
    bind(ChargeSlice.class).in(Scopes.SINGLETON);
    bind(PointsConfig.class).toInstance(config);
    bind(ChargePurgeDao.class);
    bind(LedgerArchiveDao.class);
    Multibinder<Chore> chores = Multibinder.newSetBinder(binder(), Chore.class);
    chores.addBinding().to(ChargePurgeDao.class);
    chores.addBinding().to(LedgerArchiveDao.class);
    bind(PointsDao.class);
    bind(PointsReactor.class).in(Scopes.SINGLETON);
    bind(PointsSection.class).in(Scopes.SINGLETON);
    bind(PointsGrpcService.class).in(Scopes.SINGLETON);
    bind(LedgerAuditDao.class);
    bind(LedgerWatchDao.class);
    bind(LedgerWatch.class);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(LedgerWatch.class);
    RewardKinds.binder(binder()).addBinding().to(PointsKind.class).in(Scopes.SINGLETON);
    Triggers.sources(binder()).addBinding().to(PointsOccurrences.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), ProfileSection.class)
        .addBinding()
        .to(PointsProfile.class)
        .in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(PointsChain.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(PointsReactor.class);
    Multibinder.newSetBinder(binder(), PriceKeeper.class).addBinding().to(PointsReactor.class);
    Multibinder.newSetBinder(binder(), ViewerSection.class).addBinding().to(PointsSection.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(PointsGrpcService.class);
  }
}
