package io.flywheel.platform.http;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.config.Settings;

/** Binds the HTTP edge. */
public final class HttpModule extends AbstractModule {
  private final HttpConfig config;

  public HttpModule(Settings settings) {
    config = settings.read("http", HttpConfig.class);
  }

  @Override
  protected void configure() {
    bind(HttpConfig.class).toInstance(config);
    bind(HttpRoutes.class);
    bind(HttpServer.class);
    Multibinder.newSetBinder(binder(), WebPages.class);
    Multibinder<Lifecycle> lifecycles = Multibinder.newSetBinder(binder(), Lifecycle.class);
    lifecycles.addBinding().to(HttpRoutes.class);
    lifecycles.addBinding().to(HttpServer.class);
  }
}
