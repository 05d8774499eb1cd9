package io.flywheel.level;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.counting.Triggers;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.ViewerSection;
import io.flywheel.program.Programs;
import io.grpc.BindableService;

/** Binds levels and seasons. */
public final class LevelModule extends AbstractModule {
  @Override
  protected void configure() {
    PackedSlice.bind(binder(), LevelSlice.class);
    bind(LevelPageSlice.class).in(Scopes.SINGLETON);
    bind(Levels.class).in(Scopes.SINGLETON);
    bind(LevelPreviews.class).in(Scopes.SINGLETON);
    bind(LevelSection.class).in(Scopes.SINGLETON);
    bind(LevelReactor.class).in(Scopes.SINGLETON);
    PackedSlice.bind(binder(), SeasonSlice.class);
    bind(Seasons.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(LevelSection.class);
    Programs.sections(binder()).addBinding().to(SeasonSection.class).in(Scopes.SINGLETON);
    Triggers.sources(binder()).addBinding().to(LevelOccurrences.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), ProfileSection.class).addBinding().to(Levels.class);
    Multibinder.newSetBinder(binder(), ViewerSection.class).addBinding().to(Levels.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(LevelReactor.class);
    Multibinder.newSetBinder(binder(), Reactor.class)
        .addBinding()
        .to(SeasonReactor.class)
        .in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(LevelGrpcService.class)
        .in(Scopes.SINGLETON);
  }
}
