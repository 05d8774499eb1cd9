package io.flywheel;

import com.google.common.annotations.VisibleForTesting;
import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.Stage;
import com.google.inject.util.Modules;
import io.flywheel.demo.DemoLinks;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.auth.DemoToken;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.config.Settings;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.grpc.GrpcServer;
import io.flywheel.platform.http.HttpServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running service. Thread-safe. */
public final class FlywheelServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FlywheelServer.class);

  private final Injector injector;
  private final List<Lifecycle> running = new ArrayList<>();

  private FlywheelServer(Injector injector) {
    this.injector = injector;
  }

  /** Starts the service by the arguments and the environment; returns when it takes calls. */
  public static FlywheelServer start(String... arguments) throws Exception {
    return start(Settings.of(List.of(arguments), System.getenv()));
  }

  /** Starts the service; the modules given add to its own, and what they bind again wins. */
  public static FlywheelServer start(Settings settings, Module... extra) throws Exception {
    List<Module> modules = Main.modules(settings);
    settings.rejectUnknown();
    FlywheelServer server =
        new FlywheelServer(
            Guice.createInjector(
                Stage.PRODUCTION, new Strict(), Modules.override(modules).with(extra)));
    try {
      server.startAll();
    } catch (Exception | Error e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** The port that gRPC calls are taken on. */
  public int grpcPort() {
    return injector.getInstance(GrpcServer.class).port();
  }

  /** The port that browsers and scripts are served on. */
  public int httpPort() {
    return injector.getInstance(HttpServer.class).port();
  }

  /** What the injector made, for tests that look behind the API. */
  @VisibleForTesting
  public <T> T instance(Class<T> type) {
    return injector.getInstance(type);
  }

  /** Where the database is. */
  public String databaseLocation() {
    return injector.getInstance(Database.class).location();
  }

  /** Whether the panel and the console were built in. */
  public boolean servesApps() {
    return injector.getInstance(HttpServer.class).servesApps();
  }

  /** A token to try the service with, where it made its secret itself. */
  public Optional<String> demoToken(Role role, String subject) throws IOException {
    return injector.getInstance(DemoToken.class).create(role, subject);
  }

  /** The ways into the demo room, one a line; nothing where it is not switched on. */
  public List<String> demoLinks() throws IOException {
    return injector.getInstance(DemoLinks.class).on("http://localhost:" + httpPort());
  }

  /** Stops in the reverse order of the start: first the calls, last the database. */
  @Override
  public synchronized void close() {
    while (!running.isEmpty()) {
      Lifecycle last = running.remove(running.size() - 1);
      try {
        last.stop();
      } catch (Exception e) {
        log.warn("{} did not stop as it should", last.getClass().getSimpleName(), e);
      }
    }
  }

  private synchronized void startAll() throws Exception {
    List<Lifecycle> inOrder = new ArrayList<>(injector.getInstance(new Key<Set<Lifecycle>>() {}));
    inOrder.sort(Comparator.comparing(Lifecycle::phase));
    for (Lifecycle next : inOrder) {
      running.add(next);
      next.start();
    }
  }

  /** What is not bound by hand is a mistake. */
  private static final class Strict extends AbstractModule {
    @Override
    protected void configure() {
      binder().requireExplicitBindings();
      binder().requireAtInjectOnConstructors();
      binder().requireExactBindingAnnotations();
      binder().disableCircularProxies();
    }
  }
}
