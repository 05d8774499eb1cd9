package io.flywheel.event;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.counting.Triggers;
import io.flywheel.engine.HashedText;
import io.flywheel.v1.Commented;
import io.grpc.BindableService;

/** Binds the intake of events. */
public final class EventModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(EventRules.class).in(Scopes.SINGLETON);
    bind(EventGrpcService.class).in(Scopes.SINGLETON);
    Triggers.sources(binder()).addBinding().to(EventOccurrences.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), HashedText.class)
        .addBinding()
        .toInstance(
            new HashedText(
                Commented.getDescriptor().findFieldByNumber(Commented.TEXT_FIELD_NUMBER)));
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(EventGrpcService.class);
  }
}
