package io.flywheel.platform.grpc;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.auth.Exposure;
import io.flywheel.platform.config.SettingsException;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes calls over gRPC. Each call runs on a virtual thread and may block. The standard services of
 * health and reflection are open to everyone. Thread-safe.
 */
@Singleton
public final class GrpcServer implements Lifecycle {
  private static final int FLOW_CONTROL_WINDOW = 1 << 20;
  private static final int MAX_METADATA_BYTES = 16 << 10;

  private final GrpcConfig config;
  private final Exposure exposure;
  private final CallPath calls;
  private final Health health;
  private final ExecutorService callThreads = Executors.newVirtualThreadPerTaskExecutor();
  private @Nullable Server server;

  @Inject
  GrpcServer(GrpcConfig config, Exposure exposure, CallPath calls, Health health) {
    this.config = config;
    this.exposure = exposure;
    this.calls = calls;
    this.health = health;
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
  public void start() {
    String host = exposure.addressOf("grpc.host", config.host());
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(host, config.port()))
            .executor(callThreads)
            // The guard refuses what is too large with a reason. The transport, which can't, comes
            // in only far beyond.
            .maxInboundMessageSize(4 * config.maxMessageBytes())
            .maxInboundMetadataSize(MAX_METADATA_BYTES)
            .maxConcurrentCallsPerConnection(config.maxCallsPerConnection())
            .maxRstFramesPerWindow(config.maxResetsPerMinute(), 60)
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .keepAliveTime(1, TimeUnit.MINUTES)
            .permitKeepAliveTime(10, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .fallbackHandlerRegistry(new UnknownMethods());
    calls.services().forEach(builder::addService);
    builder.addService(calls.health());
    // Many tools know the older of the two only, which differs by its name.
    builder.addService(calls.guarded(ProtoReflectionServiceV1.newInstance().bindService()));
    builder.addService(calls.guarded(olderReflection()));
    try {
      server = builder.build().start();
    } catch (IOException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw SettingsException.port("grpc.port", config.port(), host, cause);
    }
  }

  @SuppressWarnings("deprecation") // by its callers, not by us
  private static ServerServiceDefinition olderReflection() {
    return ProtoReflectionService.newInstance().bindService();
  }

  @Override
  public void stop() throws InterruptedException {
    health.stop();
    if (server != null) {
      server.shutdown();
      calls.endStreams();
      if (!server.awaitTermination(config.shutdownGrace().toMillis(), TimeUnit.MILLISECONDS)) {
        server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
      }
    }
    callThreads.shutdownNow();
  }
}
