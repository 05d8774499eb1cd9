package io.flywheel.analytics;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.CommitListener;
import io.flywheel.engine.Reactor;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.chores.Chore;
import io.flywheel.platform.config.Settings;
import io.grpc.BindableService;

/** Binds figures. */
public final class AnalyticsModule extends AbstractModule {
  private final AnalyticsConfig config;

  public AnalyticsModule(Settings settings) {
    config = settings.read("analytics", AnalyticsConfig.class);
  }

  @Override
  protected void configure() {
    bind(AnalyticsConfig.class).toInstance(config);
    bind(DeltaDao.class);
    bind(PendingFigures.class);
    bind(FiguresAppender.class).in(Scopes.SINGLETON);
    bind(FiguresReactor.class).in(Scopes.SINGLETON);
    bind(FiguresDao.class);
    bind(Reports.class).in(Scopes.SINGLETON);
    bind(MerchantReports.class).in(Scopes.SINGLETON);
    bind(PresentViewers.class).in(Scopes.SINGLETON);
    bind(RetentionAppender.class).in(Scopes.SINGLETON);
    bind(RetentionReactor.class).in(Scopes.SINGLETON);
    bind(VisitSearch.class).in(Scopes.SINGLETON);
    bind(RebuildDao.class);
    bind(FiguresRebuild.Tools.class);
    bind(Rebuilds.class).in(Scopes.SINGLETON);
    bind(RoomHub.class).in(Scopes.SINGLETON);
    bind(AnalyticsGrpcService.class).in(Scopes.SINGLETON);
    bind(MinutePurge.class).in(Scopes.SINGLETON);
    bind(VisitPurgeDao.class);
    bind(FiguresFolder.class).in(Scopes.SINGLETON);
    Multibinder<Chore> chores = Multibinder.newSetBinder(binder(), Chore.class);
    chores.addBinding().to(MinutePurge.class);
    chores.addBinding().to(VisitPurgeDao.class);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(FiguresFolder.class);
    Multibinder<Reactor> reactors = Multibinder.newSetBinder(binder(), Reactor.class);
    if (config.enabled()) {
      reactors.addBinding().to(FiguresReactor.class);
      reactors.addBinding().to(RetentionReactor.class);
    }
    Multibinder.newSetBinder(binder(), CommitListener.class).addBinding().to(RoomHub.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(AnalyticsGrpcService.class);
  }
}
