package io.flywheel.platform.http;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.Server;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.config.SettingsException;
import io.flywheel.platform.grpc.CallPath;
import io.flywheel.platform.grpc.Health;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The single-node edge: serves browsers and scripts what Envoy serves them in a cluster, on one
 * port. Thread-safe.
 */
@Singleton
public final class HttpServer implements Lifecycle {
  private final HttpConfig config;
  private final HttpRoutes routes;
  private final CallPath calls;
  private final Health health;
  private @Nullable Server server;

  @Inject
  HttpServer(HttpConfig config, HttpRoutes routes, CallPath calls, Health health) {
    this.config = config;
    this.routes = routes;
    this.calls = calls;
    this.health = health;
  }

  /** The port that is served. */
  public int port() {
    if (server == null) {
      throw new IllegalStateException("the HTTP server has not been started yet");
    }
    return server.activeLocalPort();
  }

  /** Whether the panel and the console were built in. */
  public boolean servesApps() {
    return routes.serveApps();
  }

  @Override
  public Phase phase() {
    return Phase.NETWORK;
  }

  @Override
  public void start() throws IOException, InterruptedException {
    Server built = routes.prepared().build();
    server = built;
    try {
      built.start().join();
    } catch (CompletionException e) {
      throw SettingsException.port("http.port", config.port(), routes.host(), Exceptions.peel(e));
    }
  }

  @Override
  public void stop() {
    health.stop();
    calls.endStreams();
    if (server != null) {
      server.stop().join();
    }
  }
}
