package io.flywheel.program;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.config.Settings;

/** Binds programs. */
public final class ProgramModule extends AbstractModule {
  private final ProgramConfig config;

  public ProgramModule(Settings settings) {
    config = settings.read("program", ProgramConfig.class);
  }

  @Override
  protected void configure() {
    bind(ProgramConfig.class).toInstance(config);
    bind(ProgramTemplates.class).in(Scopes.SINGLETON);
    bind(Programs.class).in(Scopes.SINGLETON);
    Programs.sections(binder());
    bind(ProgramStore.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Lifecycle.class)
        .addBinding()
        .to(ProgramPreparation.class)
        .in(Scopes.SINGLETON);
  }
}
