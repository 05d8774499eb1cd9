package io.flywheel.counting;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.Reactor;

/** Binds counting. */
public final class CountingModule extends AbstractModule {
  @Override
  protected void configure() {
    Triggers.sources(binder());
    Triggers.listeners(binder());
    Recorded.events(binder());
    Recorded.referrals(binder());
    bind(Recorded.class).in(Scopes.SINGLETON);
    bind(Triggers.class).in(Scopes.SINGLETON);
    bind(CountingReactor.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(CountingReactor.class);
  }
}
