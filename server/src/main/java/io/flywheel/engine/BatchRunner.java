package io.flywheel.engine;

import com.google.inject.Inject;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.db.DatabaseErrors;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.ProgramStore;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets batches committed: repeats them when the database asks for it, and divides a batch that the
 * database refuses until the one action that is to blame stands alone. Thread-safe.
 */
final class BatchRunner {
  private static final Logger log = LoggerFactory.getLogger(BatchRunner.class);
  private static final int MAX_ATTEMPTS = 8;

  /** Each begins with all rows that were ever asked for, so that a second one is rare. */
  private static final int MAX_RESTARTS = 8;

  /** Of so many it is always looked up whether they took effect before. */
  private static final int FEW_ACTIONS = 32;

  private static final long FIRST_PAUSE_NANOS = 2_000_000;

  private final Database database;
  private final Clock clock;
  private final Batch.Tools tools;
  private final Counter retries;
  private final Counter restarts;
  private final DistributionSummary sizes;
  private final Timer times;
  private final Repetitions repetitions = new Repetitions();

  @Inject
  BatchRunner(
      Database database,
      Clock clock,
      ReactionTable reactions,
      ViewerTable table,
      ViewerSlice viewers,
      ActionLog actionLog,
      FollowUps followUps,
      ProgramStore programs,
      SharedSlices sharedSlices,
      Habits habits,
      Guesses guesses,
      MeterRegistry metrics) {
    this.database = database;
    this.clock = clock;
    this.tools =
        new Batch.Tools(
            reactions,
            table,
            viewers,
            actionLog,
            followUps,
            programs,
            sharedSlices,
            habits,
            guesses);
    this.retries =
        Counter.builder("flywheel.engine.batch.retries")
            .description(
                "Batches repeated after a deadlock, an id that came before or was raced for, a lock"
                    + " timeout or a lost connection")
            .register(metrics);
    this.restarts =
        Counter.builder("flywheel.engine.batch.restarts")
            .description(
                "Batches begun again because they asked for shared rows out of their order, or for"
                    + " new ones")
            .register(metrics);
    this.sizes =
        DistributionSummary.builder("flywheel.engine.batch.size")
            .description("Actions in a batch")
            .publishPercentiles(0.5, 0.99)
            .register(metrics);
    this.times =
        Timer.builder("flywheel.engine.batch.time")
            .description("How long batches took, until their commit: what lanes were busy with")
            .register(metrics);
  }

  /**
   * Runs the actions and returns what became of each, in their order.
   *
   * @param journal of the calling thread
   * @param left is told, after a commit, what is to be done later
   * @throws ProgramStore.NotCompiled if programs have to be compiled first; nothing was done
   */
  List<Outcome> run(
      List<Action> actions, JournalWriter journal, Consumer<Collection<FollowUps.Row>> left) {
    long started = System.nanoTime();
    try {
      return run(actions, journal, left, true);
    } finally {
      times.record(Duration.ofNanos(System.nanoTime() - started));
    }
  }

  /** Where part of a batch is committed already, what is not compiled is waited for. */
  private List<Outcome> run(
      List<Action> actions,
      JournalWriter journal,
      Consumer<Collection<FollowUps.Row>> left,
      boolean isWhole) {
    sizes.record(actions.size());
    Batch earlier = null;
    boolean looksUp = looksUp(actions);
    boolean withNewcomers = false;
    int attempt = 1;
    int restart = 0;
    for (; ; ) {
      Batch batch = new Batch(tools, actions, earlier, looksUp);
      try {
        if (earlier != null && earlier.isMissingRows()) {
          database.jdbi().useTransaction(earlier::createMissingRows);
        }
        boolean insert = withNewcomers;
        List<Outcome> outcomes =
            database.inOwnTransaction(
                handle -> batch.run(handle, clock.instant(), journal, insert));
        left.accept(batch.left());
        if (looksUp && actions.size() > FEW_ACTIONS) {
          repetitions.note(batch.hasRepeated());
        }
        return outcomes;
      } catch (ProgramStore.NotCompiled signal) {
        if (isWhole) {
          throw signal;
        }
        awaitAll(signal.merchants().values());
        continue;
      } catch (Batch.Newcomers signal) {
        withNewcomers = true;
        continue;
      } catch (Batch.Restart signal) {
        restarts.increment();
        if (++restart > MAX_RESTARTS) {
          return divide(actions, journal, ServiceException.databaseUnavailable(signal), left);
        }
      } catch (RuntimeException e) {
        if (!looksUp && DatabaseErrors.isDuplicateKey(e)) {
          repetitions.note(true);
          retries.increment();
          looksUp = true;
          earlier = batch;
          continue;
        }
        // Another node has remembered one of the ids in between: the next attempt will find it.
        boolean overtaken = DatabaseErrors.isDuplicateKey(e) && attempt < MAX_ATTEMPTS;
        if (!overtaken && !DatabaseErrors.isTransient(e)) {
          return divide(actions, journal, e, left);
        }
        if (attempt == MAX_ATTEMPTS) {
          log.warn("a batch of {} actions failed {} times", actions.size(), attempt, e);
          return rejectAll(actions, ErrorTable.classify(e));
        }
        retries.increment();
        LockSupport.parkNanos(
            ThreadLocalRandom.current().nextLong(FIRST_PAUSE_NANOS << (attempt - 1)) + 1);
        attempt++;
      }
      earlier = batch;
    }
  }

  /**
   * Whether it is looked up which actions took effect before. To find out in vain for each of a
   * large batch costs more than to begin it again where, for once, one did.
   */
  private boolean looksUp(List<Action> actions) {
    return actions.size() <= FEW_ACTIONS
        || repetitions.areLikely()
        || tools.actionLog().mayHaveFormerRows();
  }

  private List<Outcome> divide(
      List<Action> actions,
      JournalWriter journal,
      RuntimeException cause,
      Consumer<Collection<FollowUps.Row>> left) {
    if (actions.size() == 1) {
      return rejectAll(actions, ErrorTable.classify(cause));
    }
    int half = actions.size() / 2;
    List<Outcome> outcomes = new ArrayList<>(run(actions.subList(0, half), journal, left, false));
    outcomes.addAll(run(actions.subList(half, actions.size()), journal, left, false));
    return outcomes;
  }

  /** Waits, whatever comes of it: asked for again, the program says. */
  private static void awaitAll(Collection<CompletableFuture<?>> compiling) {
    var unused =
        CompletableFuture.allOf(compiling.toArray(CompletableFuture[]::new))
            .handle((done, failure) -> true)
            .join();
  }

  private static List<Outcome> rejectAll(List<Action> actions, ServiceException reason) {
    return Collections.nCopies(actions.size(), new Outcome.Rejected(reason));
  }
}
