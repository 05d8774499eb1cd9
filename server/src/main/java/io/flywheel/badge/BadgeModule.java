package io.flywheel.badge;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.counting.Triggers;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.Reactor;
import io.flywheel.platform.Lifecycle;
import io.flywheel.program.Programs;
import io.grpc.BindableService;

/** Binds badges. */
public final class BadgeModule extends AbstractModule {
  @Override
  protected void configure() {
    PackedSlice.bind(binder(), BadgeSlice.class);
    bind(HolderAppender.class).in(Scopes.SINGLETON);
    bind(BadgeDao.class).in(Scopes.SINGLETON);
    bind(Badges.class).in(Scopes.SINGLETON);
    bind(Rarity.class).in(Scopes.SINGLETON);
    bind(BadgeSection.class).in(Scopes.SINGLETON);
    bind(BadgeReactor.class).in(Scopes.SINGLETON);
    bind(AwardSlice.class).in(Scopes.SINGLETON);
    bind(AwardDao.class).in(Scopes.SINGLETON);
    bind(AwardRun.Tools.class);
    bind(Awards.class);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(Awards.class);
    Multibinder.newSetBinder(binder(), Reactor.class)
        .addBinding()
        .to(AwardReactor.class)
        .in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(BadgeSection.class);
    Triggers.sources(binder()).addBinding().to(BadgeOccurrences.class).in(Scopes.SINGLETON);
    Triggers.listeners(binder()).addBinding().to(BadgeReactor.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(BadgeReactor.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(BadgeGrpcService.class)
        .in(Scopes.SINGLETON);
  }
}
