package io.flywheel.reward;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.Reactor;

/** Binds what features give and charge by. */
public final class RewardModule extends AbstractModule {
  @Override
  protected void configure() {
    Multibinder.newSetBinder(binder(), PriceKeeper.class);
    bind(PriceReactor.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(PriceReactor.class);
  }
}
