package io.flywheel.viewer;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.CommitListener;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.ViewerSection;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.config.Settings;
import io.grpc.BindableService;

/** Binds viewers. */
public final class ViewerModule extends AbstractModule {
  private final ViewerConfig config;

  public ViewerModule(Settings settings) {
    config = settings.read("viewer", ViewerConfig.class);
  }

  @Override
  protected void configure() {
    bind(ViewerConfig.class).toInstance(config);
    bind(ViewerReactor.class).in(Scopes.SINGLETON);
    bind(Standing.class).in(Scopes.SINGLETON);
    bind(ViewerDao.class);
    bind(ViewerPages.class).in(Scopes.SINGLETON);
    bind(ViewerHub.class).in(Scopes.SINGLETON);
    bind(ProgramWatch.class).in(Scopes.SINGLETON);
    bind(ViewerGrpcService.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), ViewerSection.class);
    Multibinder.newSetBinder(binder(), ProfileSection.class)
        .addBinding()
        .to(ActivityProfile.class)
        .in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(ProgramWatch.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(ViewerReactor.class);
    Multibinder.newSetBinder(binder(), CommitListener.class).addBinding().to(ViewerHub.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(ViewerGrpcService.class);
  }
}
