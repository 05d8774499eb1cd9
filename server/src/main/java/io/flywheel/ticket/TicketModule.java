package io.flywheel.ticket;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.ViewerSection;
import io.flywheel.reward.PriceKeeper;
import io.flywheel.reward.RewardKinds;

/** Binds tickets. */
public final class TicketModule extends AbstractModule {
  @Override
  protected void configure() {
    PackedSlice.bind(binder(), TicketSlice.class);
    bind(TicketReactor.class).in(Scopes.SINGLETON);
    bind(TicketSection.class).in(Scopes.SINGLETON);
    RewardKinds.binder(binder()).addBinding().to(TicketKind.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(TicketReactor.class);
    Multibinder.newSetBinder(binder(), PriceKeeper.class).addBinding().to(TicketReactor.class);
    Multibinder.newSetBinder(binder(), ViewerSection.class).addBinding().to(TicketSection.class);
  }
}
