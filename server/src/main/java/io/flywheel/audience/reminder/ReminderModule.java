package io.flywheel.audience.reminder;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.ViewerSection;
import io.flywheel.program.Programs;

/** Binds reminders. */
public final class ReminderModule extends AbstractModule {
  @Override
  protected void configure() {
    PackedSlice.bind(binder(), ReminderSlice.class);
    bind(ReminderCountAppender.class).in(Scopes.SINGLETON);
    bind(ReminderSection.class).in(Scopes.SINGLETON);
    bind(ReminderReactor.class).in(Scopes.SINGLETON);
    bind(ReminderDao.class).in(Scopes.SINGLETON);
    bind(ReminderHistory.class).in(Scopes.SINGLETON);
    bind(NewestReminders.class).in(Scopes.SINGLETON);
    Programs.sections(binder()).addBinding().to(ReminderSection.class);
    Multibinder.newSetBinder(binder(), Reactor.class).addBinding().to(ReminderReactor.class);
    Multibinder.newSetBinder(binder(), ViewerSection.class).addBinding().to(NewestReminders.class);
  }
}
