package io.flywheel.operations;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.grpc.BindableService;

/** Binds operations. */
public final class OperationsModule extends AbstractModule {
  @Override
  protected void configure() {
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(OperationsGrpcService.class)
        .in(Scopes.SINGLETON);
  }
}
