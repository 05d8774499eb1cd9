package io.flywheel.lantern;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.counting.Triggers;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.SharedSlice;
import io.flywheel.program.Programs;
import io.flywheel.reward.PriceKeeper;
import io.flywheel.reward.RewardKinds;

/** Binds lanterns. */
final class LanternModule extends AbstractModule {
  @Override
  protected void configure() {
    PackedSlice.bind(binder(), LanternSlice.class);
    SharedSlice.bind(binder(), StockSlice.class);
    bind(LanternSection.class).in(Scopes.SINGLETON);
    bind(LanternReactor.class).in(Scopes.SINGLETON);
    bind(LanternOccurrences.class).in(Scopes.SINGLETON);
    bind(WishKind.class).in(Scopes.SINGLETON);
    bind(WishProfile.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(LanternSection.class);
    Triggers.sources(binder()).addBinding().to(LanternOccurrences.class);
    Triggers.listeners(binder()).addBinding().to(LanternReactor.class);
    RewardKinds.binder(binder()).addBinding().to(WishKind.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(LanternReactor.class);
    Multibinder.newSetBinder(binder(), PriceKeeper.class).addBinding().to(LanternReactor.class);
    Multibinder.newSetBinder(binder(), ProfileSection.class).addBinding().to(WishProfile.class);
  }
}
