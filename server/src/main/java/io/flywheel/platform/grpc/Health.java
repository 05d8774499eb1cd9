package io.flywheel.platform.grpc;

import io.flywheel.platform.db.Database;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The standard health service: SERVING while the database answers. Thread-safe. */
final class Health {
  private static final Logger log = LoggerFactory.getLogger(Health.class);

  private final Database database;
  private final HealthStatusManager statuses = new HealthStatusManager();
  private @Nullable Thread watch;
  private volatile boolean serving;

  Health(Database database) {
    this.database = database;
  }

  BindableService service() {
    return statuses.getHealthService();
  }

  void start(Collection<String> services, Duration interval) {
    update(services);
    watch = Thread.ofPlatform().name("health").daemon().start(() -> watch(services, interval));
  }

  /** Says NOT_SERVING from now on, so that callers turn to another node. */
  void stop() {
    if (watch != null) {
      watch.interrupt();
    }
    statuses.enterTerminalState();
  }

  private void watch(Collection<String> services, Duration interval) {
    try {
      while (true) {
        Thread.sleep(interval);
        update(services);
      }
    } catch (InterruptedException e) {
      log.debug("The server stops");
    }
  }

  private void update(Collection<String> services) {
    boolean answers = database.answers();
    if (answers != serving) {
      serving = answers;
      log.info(answers ? "Serving" : "Not serving: the database does not answer");
    }
    ServingStatus status = answers ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    statuses.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    services.forEach(service -> statuses.setStatus(service, status));
  }
}
