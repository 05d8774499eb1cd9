package io.flywheel.platform.auth;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.config.Settings;

/** Binds what finds out who calls. */
public final class AuthModule extends AbstractModule {
  private final AuthConfig config;

  public AuthModule(Settings settings) {
    config = settings.read("auth", AuthConfig.class);
  }

  @Override
  protected void configure() {
    bind(AuthConfig.class).toInstance(config);
    bind(ApiKeys.class);
    bind(Exposure.class);
    bind(TokenKeys.class);
    bind(DemoToken.class);
    bind(Authenticator.class);
    bind(AuthInterceptor.class);
    Multibinder.newSetBinder(binder(), Lifecycle.class).addBinding().to(Authenticator.class);
  }
}
