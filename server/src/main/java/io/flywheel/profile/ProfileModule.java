package io.flywheel.profile;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.engine.CommitListener;
import io.flywheel.platform.config.Settings;

/** Binds how viewers are shown to others. */
public final class ProfileModule extends AbstractModule {
  private final ProfileConfig config;

  public ProfileModule(Settings settings) {
    config = settings.read("profile", ProfileConfig.class);
  }

  @Override
  protected void configure() {
    bind(ProfileConfig.class).toInstance(config);
    bind(KeptProfiles.class).in(Scopes.SINGLETON);
    bind(PublicProfiles.class).in(Scopes.SINGLETON);
    Multibinder.newSetBinder(binder(), CommitListener.class).addBinding().to(KeptProfiles.class);
  }
}
