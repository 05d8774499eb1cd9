package io.flywheel.platform.grpc;

import com.google.inject.AbstractModule;
import com.google.inject.multibindings.Multibinder;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.config.Settings;
import io.grpc.BindableService;

/**
 * Binds the gRPC server and what calls pass through on every port; whoever adds a BindableService
 * to the set has it served.
 */
public final class GrpcModule extends AbstractModule {
  private final GrpcConfig config;

  public GrpcModule(Settings settings) {
    config = settings.read("grpc", GrpcConfig.class);
  }

  @Override
  protected void configure() {
    bind(GrpcConfig.class).toInstance(config);
    bind(Validation.class);
    bind(ValidationInterceptor.class);
    bind(MetricsInterceptor.class);
    bind(StreamBounds.class);
    bind(Health.class);
    bind(CallPath.class);
    bind(GrpcServer.class);
    Multibinder.newSetBinder(binder(), BindableService.class);
    Multibinder<Lifecycle> lifecycles = Multibinder.newSetBinder(binder(), Lifecycle.class);
    lifecycles.addBinding().to(Health.class);
    lifecycles.addBinding().to(StreamBounds.class);
    lifecycles.addBinding().to(GrpcServer.class);
  }
}
