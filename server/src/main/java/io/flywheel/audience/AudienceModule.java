package io.flywheel.audience;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.grpc.BindableService;

/** Binds the audience. */
public final class AudienceModule extends AbstractModule {
  @Override
  protected void configure() {
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(AudienceGrpcService.class)
        .in(Scopes.SINGLETON);
  }
}
