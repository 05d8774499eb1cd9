package io.flywheel.platform.chores;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.db.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the chores that are due, with pauses between their steps, so that they take a bounded part
 * of the database's time however much there is to do. Thread-safe.
 */
@Singleton
public final class Chores implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(Chores.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(15);
  private static final Duration LEASE = Duration.ofMinutes(2);

  /** A chore makes way for the next after so long; it goes on where it was. */
  private static final Duration TURN = Duration.ofSeconds(10);

  /** How much longer the pause after a step is than the step. */
  private static final int PAUSE_FACTOR = 2;

  private final Set<Chore> chores;
  private final ChoreDao dao;
  private final Database database;
  private final Clock clock;
  private final String owner = UUID.randomUUID().toString().replace("-", "");
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("chores").factory());

  @Inject
  Chores(Set<Chore> chores, ChoreDao dao, Database database, Clock clock) {
    this.chores = chores;
    this.dao = dao;
    this.database = database;
    this.clock = clock;
  }

  @Override
  public Phase phase() {
    return Phase.FEATURES;
  }

  @Override
  public void start() {
    database.inTransaction(handle -> {
      chores.stream().map(Chore::name).sorted().forEach(name -> dao.create(handle, name));
      return null;
    });
    var unused =
        timer.scheduleWithFixedDelay(
            this::doWhatIsDue, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void stop() throws InterruptedException {
    timer.shutdownNow();
    timer.awaitTermination(10, TimeUnit.SECONDS);
  }

  /** Does one chore from its beginning to its end, now and without pauses, whoever else does it. */
  public void run(Class<? extends Chore> type) {
    Chore chore = chores.stream().filter(type::isInstance).findFirst().orElseThrow();
    Optional<byte[]> progress = Optional.of(new byte[0]);
    while (progress.isPresent()) {
      byte[] from = progress.get();
      progress = database.inTransaction(handle -> chore.step(handle, from, clock.instant()));
    }
  }

  private void doWhatIsDue() {
    for (Chore chore : chores) {
      try {
        work(chore);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException | Error e) {
        log.warn("{} failed; it goes on later where it was", chore.name(), e);
      }
    }
  }

  private void work(Chore chore) throws InterruptedException {
    long now = clock.millis();
    boolean mine =
        database.inTransaction(
            handle -> dao.take(handle, chore.name(), owner, now, now + LEASE.toMillis()));
    long endNanos = System.nanoTime() + TURN.toNanos();
    while (mine && System.nanoTime() < endNanos && !timer.isShutdown()) {
      long startNanos = System.nanoTime();
      mine = database.inTransaction(handle -> step(handle, chore));
      if (mine) {
        TimeUnit.NANOSECONDS.sleep((System.nanoTime() - startNanos) * PAUSE_FACTOR);
      }
    }
  }

  /** Whether there is more to do. */
  private boolean step(Handle handle, Chore chore) {
    Optional<byte[]> from = dao.progress(handle, chore.name(), owner);
    if (from.isEmpty()) {
      return false;
    }
    Optional<byte[]> to = chore.step(handle, from.get(), clock.instant());
    if (to.isPresent()) {
      dao.advance(handle, chore.name(), to.get(), clock.millis() + LEASE.toMillis());
    } else {
      dao.end(handle, chore.name(), clock.millis() + chore.rest().toMillis());
    }
    return to.isPresent();
  }
}
