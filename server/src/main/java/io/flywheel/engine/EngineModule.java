package io.flywheel.engine;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Scopes;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.config.Settings;

/** Binds the engine. */
public final class EngineModule extends AbstractModule {
  @Override
  protected void configure() {
    Multibinder.newSetBinder(binder(), Reactor.class);
    Multibinder.newSetBinder(binder(), CommitListener.class);
    bind(ReactionTable.class).in(Scopes.SINGLETON);
    bind(ViewerSlice.class).in(Scopes.SINGLETON);
    bind(ActionLog.class).in(Scopes.SINGLETON);
    bind(FollowUps.class).in(Scopes.SINGLETON);
    bind(BatchRunner.class).in(Scopes.SINGLETON);
    bind(Engine.class);
    bind(Settlement.class);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(EngineLifecycle.class);
  }

  @Provides
  @Singleton
  EngineConfig config(Settings settings) {
    return settings.read("engine", EngineConfig.class);
  }
}
