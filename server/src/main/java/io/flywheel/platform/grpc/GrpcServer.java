package io.flywheel.platform.grpc;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.auth.AuthInterceptor;
import io.flywheel.platform.db.Database;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes calls over gRPC. Each call runs on a virtual thread and may block. Thread-safe.
 *
 * <p>A call passes through metrics, guard, authentication and validation, in this order; the
 * standard services of health and reflection are open to everyone.
 */
@Singleton
public final class GrpcServer implements Lifecycle {
  private static final int FLOW_CONTROL_WINDOW = 1 << 20;
  private static final int MAX_METADATA_BYTES = 16 << 10;

  private final GrpcConfig config;
  private final Set<BindableService> services;
  private final MetricsInterceptor metrics;
  private final AuthInterceptor auth;
  private final ValidationInterceptor validation;
  private final GuardInterceptor guard;
  private final Health health;
  private final ExecutorService callThreads = Executors.newVirtualThreadPerTaskExecutor();
  private @Nullable Server server;

  @Inject
  GrpcServer(
      GrpcConfig config,
      Set<BindableService> services,
      MetricsInterceptor metrics,
      AuthInterceptor auth,
      ValidationInterceptor validation,
      Database database) {
    this.config = config;
    this.services = services;
    this.metrics = metrics;
    this.auth = auth;
    this.validation = validation;
    // A parsed message takes a few times its bytes; an eighth of the heap leaves room for them and
    // for the rest.
    this.guard =
        new GuardInterceptor(config.maxMessageBytes(), Runtime.getRuntime().maxMemory() / 8);
    this.health = new Health(database);
  }

  /** The port that calls are taken on. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("the gRPC server has not been started yet");
    }
    return server.getPort();
  }

  @Override
  public Phase phase() {
    return Phase.NETWORK;
  }

  @Override
  public void start() throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(config.host(), config.port()))
            .executor(callThreads)
            // The guard refuses what is too large with a reason. The transport, which can't, comes
            // in only far beyond.
            .maxInboundMessageSize(4 * config.maxMessageBytes())
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .maxConcurrentCallsPerConnection(config.maxCallsPerConnection())
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .keepAliveTime(1, TimeUnit.MINUTES)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .fallbackHandlerRegistry(new UnknownMethods());
    List<String> names = new ArrayList<>();
    for (BindableService service : services) {
      ServerServiceDefinition definition = service.bindService();
      names.add(definition.getServiceDescriptor().getName());
      builder.addService(
          guarded(ServerInterceptors.interceptForward(definition, auth, validation)));
    }
    builder.addService(guarded(health.service().bindService()));
    builder.addService(guarded(ProtoReflectionServiceV1.newInstance().bindService()));
    health.start(names, config.healthInterval());
    server = builder.build().start();
  }

  @Override
  public void stop() throws InterruptedException {
    health.stop();
    if (server != null) {
      server.shutdown();
      guard.endStreams();
      if (!server.awaitTermination(config.shutdownGrace().toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
      }
    }
    callThreads.shutdownNow();
  }

  private ServerServiceDefinition guarded(ServerServiceDefinition service) {
    return ServerInterceptors.interceptForward(
        ServerInterceptors.useInputStreamMessages(service), metrics, guard);
  }
}
