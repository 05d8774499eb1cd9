package io.flywheel.demo;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.config.Settings;

/** Binds the demo room. */
public final class DemoModule extends AbstractModule {
  private final DemoConfig config;

  public DemoModule(Settings settings) {
    config = settings.read("demo", DemoConfig.class);
  }

  @Override
  protected void configure() {
    bind(DemoConfig.class).toInstance(config);
    bind(DemoLinks.class).in(Scopes.SINGLETON);
    bind(DemoRoom.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(DemoRoom.class);
  }
}
