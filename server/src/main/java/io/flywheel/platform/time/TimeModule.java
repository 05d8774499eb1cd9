package io.flywheel.platform.time;

import com.google.inject.AbstractModule;
import java.time.Clock;

/** Binds the clock by which everything is reckoned; tests bind another. */
public final class TimeModule extends AbstractModule {
  @Override
  protected void configure() {
    bind(Clock.class).toInstance(Clock.systemUTC());
  }
}
