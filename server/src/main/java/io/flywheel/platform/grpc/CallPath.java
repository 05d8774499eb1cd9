package io.flywheel.platform.grpc;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.auth.AuthInterceptor;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.Set;

/**
 * The services, and what a call passes through on its way to one, whichever port it comes in by:
 * metrics, guard, authentication, the bounds of streams and of messages, and validation, in this
 * order. Thread-safe.
 */
@Singleton
public final class CallPath {
  private final MetricsInterceptor metrics;
  private final GuardInterceptor guard = new GuardInterceptor();
  private final MessageBounds bounds;
  private final List<ServerServiceDefinition> services;
  private final ServerServiceDefinition health;

  @Inject
  CallPath(
      GrpcConfig config,
      Set<BindableService> services,
      MetricsInterceptor metrics,
      AuthInterceptor auth,
      StreamBounds streams,
      ValidationInterceptor validation,
      Health health) {
    this.metrics = metrics;
    // A parsed message takes a few times its bytes; an eighth of the heap leaves room for them and
    // for the rest.
    this.bounds =
        new MessageBounds(
            config.maxMessageBytes(), new Budget(Runtime.getRuntime().maxMemory() / 8));
    this.services =
        services.stream()
            .map(BindableService::bindService)
            .map(service -> ServerInterceptors.interceptForward(service, validation))
            .map(ServerInterceptors::useInputStreamMessages)
            .map(service ->
                ServerInterceptors.interceptForward(service, metrics, guard, auth, streams, bounds))
            .toList();
    this.health = guarded(health.service().bindService());
  }

  /** Every service of the contract, for callers with credentials. */
  public List<ServerServiceDefinition> services() {
    return services;
  }

  /** The standard health service, which is open to everyone. */
  public ServerServiceDefinition health() {
    return health;
  }

  /** A service that is open to everyone, behind metrics, guard and the bounds of messages. */
  ServerServiceDefinition guarded(ServerServiceDefinition service) {
    return ServerInterceptors.interceptForward(
        ServerInterceptors.useInputStreamMessages(service), metrics, guard, bounds);
  }

  /**
   * Ends the streams, which would never end by themselves, and lets no further ones begin; their
   * clients may turn to another node.
   */
  public void endStreams() {
    guard.endStreams();
  }
}
