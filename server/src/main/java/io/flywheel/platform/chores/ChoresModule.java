package io.flywheel.platform.chores;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.platform.Lifecycle;

/** Binds what does the chores; they are bound by those whose chores they are. */
public final class ChoresModule extends AbstractModule {
  @Override
  protected void configure() {
    Multibinder.newSetBinder(binder(), Chore.class);
    bind(ChoreDao.class).in(Scopes.SINGLETON);
    bind(Chores.class);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(Chores.class);
  }
}
