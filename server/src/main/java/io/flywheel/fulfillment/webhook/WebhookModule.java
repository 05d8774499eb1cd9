package io.flywheel.fulfillment.webhook;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.chores.Chore;
import io.flywheel.platform.config.Settings;
import io.grpc.BindableService;

/** Binds webhooks. */
public final class WebhookModule extends AbstractModule {
  private final WebhookConfig config;

  public WebhookModule(Settings settings) {
    config = settings.read("webhook", WebhookConfig.class);
  }

  @Override
  protected void configure() {
    bind(WebhookConfig.class).toInstance(config);
    bind(EndpointDao.class).in(Scopes.SINGLETON);
    bind(MessageDao.class).in(Scopes.SINGLETON);
    bind(Endpoints.class).in(Scopes.SINGLETON);
    bind(Sender.class).in(Scopes.SINGLETON);
    bind(Worker.Tools.class).in(Scopes.SINGLETON);
    bind(Dispatcher.class);
    bind(MessagePurge.class).in(Scopes.SINGLETON);
    Multibinder<Lifecycle> lifecycles = Multibinder.newSetBinder(binder(), Lifecycle.class);
    lifecycles.addBinding().to(Sender.class);
    lifecycles.addBinding().to(Dispatcher.class);
    Multibinder.newSetBinder(binder(), Chore.class).addBinding().to(MessagePurge.class);
    Multibinder.newSetBinder(binder(), BindableService.class)
        .addBinding()
        .to(WebhookGrpcService.class)
        .in(Scopes.SINGLETON);
  }
}
