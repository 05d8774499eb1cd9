package io.flywheel.order;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Reactor;
import io.flywheel.platform.chores.Chore;
import io.flywheel.program.Programs;

/** Binds orders. */
public final class OrderModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(OrderSlice.class).in(Scopes.SINGLETON);
    PackedSlice.bind(binder(), OrderTotalSlice.class);
    bind(OrderProfile.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), ProfileSection.class).addBinding().to(OrderProfile.class);
    bind(OrderPurgeDao.class);
    Multibinder.newSetBinder(binder(), Chore.class).addBinding().to(OrderPurgeDao.class);
    bind(OrderReactor.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(OrderSection.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(OrderReactor.class);
  }
}
