package io.flywheel.platform.grpc;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.db.Database;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether calls can be served: while the database answers and nobody has told the service to stop.
 * The standard health service says it too. Thread-safe.
 */
@Singleton
public final class Health implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(Health.class);

  /** What the service can do right now. */
  public enum State {
    STARTING,
    SERVING,
    DATABASE_DOES_NOT_ANSWER,
    DATABASE_HAS_NO_ROOM,
    STOPPING
  }

  private final Database database;
  private final List<String> services;
  private final Duration interval;
  private final HealthStatusManager statuses = new HealthStatusManager();
  private volatile @Nullable Thread watch;
  private volatile State state = State.STARTING;

  @Inject
  Health(Database database, Set<BindableService> services, GrpcConfig config) {
    this.database = database;
    this.interval = config.healthInterval();
    this.services =
        services.stream()
            .map(service -> service.bindService().getServiceDescriptor().getName())
            .toList();
  }

  /** As of the last time that the database was asked. */
  public State state() {
    return state;
  }

  BindableService service() {
    return statuses.getHealthService();
  }

  @Override
  public Phase phase() {
    return Phase.NETWORK;
  }

  @Override
  public void start() {
    update();
    watch = Thread.ofPlatform().name("health").daemon().start(this::watch);
  }

  /** Says NOT_SERVING from now on, so that callers turn to another node. */
  @Override
  public synchronized void stop() {
    if (state == State.STOPPING) {
      return;
    }
    state = State.STOPPING;
    Thread watch = this.watch;
    if (watch != null) {
      watch.interrupt();
    }
    statuses.enterTerminalState();
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(interval);
        update();
      }
    } catch (InterruptedException e) {
      log.debug("The server stops");
    }
  }

  private void update() {
    State next =
        !database.answers()
            ? State.DATABASE_DOES_NOT_ANSWER
            : database.hasRoom() ? State.SERVING : State.DATABASE_HAS_NO_ROOM;
    synchronized (this) {
      if (state == State.STOPPING || state == next) {
        return;
      }
      state = next;
      boolean serves = next == State.SERVING;
      log.info(serves ? "Serving" : "Not serving: {}", next);
      ServingStatus status = serves ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
      statuses.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
      services.forEach(service -> statuses.setStatus(service, status));
    }
  }
}
