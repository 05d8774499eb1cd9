package io.flywheel.administration;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.SharedSlice;
import io.grpc.BindableService;

/** Binds what merchants administer. */
public final class AdministrationModule extends AbstractModule {
  @Override
  protected void configure() {
    SharedSlice.bind(binder(), ProgramHeadSlice.class);
    bind(ProgramVersionSlice.class).in(Scopes.SINGLETON);
    bind(FormerAnswerDao.class).in(Scopes.SINGLETON);
    bind(ProgramAdministration.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Reactor.class)
        .addBinding()
        .to(ProgramReactor.class)
        .in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(ProgramGrpcService.class)
        .in(Scopes.SINGLETON);
  }
}
