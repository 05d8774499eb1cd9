package io.flywheel.engine;

import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.program.ProgramStore;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the actions of the viewers that hash to it, one batch after the other: a batch is whatever
 * waits when the batch before has ended, its merchants in turns, and a shorter one while several
 * merchants share the lane. A merchant whose program is being compiled holds up nobody else. What
 * may wait is bounded by the engine's permits. A thread of its own.
 */
final class Lane extends Thread {
  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  /** An action that waits. */
  record Entry(Action action, CompletableFuture<Outcome> outcome) {
    String merchantId() {
      return action.viewer().merchantId();
    }
  }

  private static final long POLL_MILLIS = 100;

  private final BatchRunner runner;
  private final JournalWriter journal;
  private final int batchSize;
  private final Permits permits;
  private final Set<CommitListener> listeners;
  private final Consumer<List<FollowUps.Row>> later;
  private final BatchLimit sharedLimit;
  private final LaneQueue<Entry> queue = new LaneQueue<>();
  private volatile boolean closing;

  Lane(
      String name,
      BatchRunner runner,
      JournalWriter journal,
      int batchSize,
      Permits permits,
      Set<CommitListener> listeners,
      Consumer<List<FollowUps.Row>> later) {
    super(name);
    this.runner = runner;
    this.journal = journal;
    this.batchSize = batchSize;
    this.sharedLimit = new BatchLimit(batchSize);
    this.permits = permits;
    this.listeners = listeners;
    this.later = later;
    setDaemon(true);
  }

  /** Adds an action for which the caller holds a permit. */
  void add(Entry entry) {
    queue.add(entry.merchantId(), entry);
  }

  /** Ends the lane once nothing waits. */
  void close() {
    closing = true;
  }

  @Override
  public void run() {
    List<Entry> entries = new ArrayList<>(batchSize);
    while (!closing || !queue.isEmpty()) {
      try {
        queue.awaitFilled(POLL_MILLIS);
      } catch (InterruptedException e) {
        log.warn("{} was interrupted, which nobody should do; it goes on", getName());
        continue;
      }
      queue.drainTo(entries, queue.isShared() ? sharedLimit.limit() : batchSize);
      if (entries.isEmpty()) {
        continue;
      }
      long started = System.nanoTime();
      runBatch(entries);
      sharedLimit.ran(entries.size(), System.nanoTime() - started);
      entries.clear();
    }
  }

  private void giveBack(List<Entry> entries) {
    Map<String, Integer> counts = new HashMap<>();
    entries.forEach(entry -> counts.merge(entry.merchantId(), 1, Integer::sum));
    counts.forEach(permits::give);
  }

  /** Runs the entries, and takes those out that have to wait for their merchant's program. */
  private void runBatch(List<Entry> entries) {
    List<Outcome> outcomes;
    List<FollowUps.Row> left = new ArrayList<>(0);
    try {
      outcomes = runner.run(entries.stream().map(Entry::action).toList(), journal, left::addAll);
    } catch (ProgramStore.NotCompiled signal) {
      signal
          .merchants()
          .forEach((merchantId, compiling) -> holdBack(merchantId, compiling, entries));
      if (!entries.isEmpty()) {
        runBatch(entries);
      }
      return;
    } catch (RuntimeException | Error e) {
      log.error("a batch of {} actions could not be run", entries.size(), e);
      outcomes = Collections.nCopies(entries.size(), new Outcome.Rejected(ErrorTable.classify(e)));
    }
    giveBack(entries); // first, so that whoever is answered finds the room that he had taken
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (mayOutdate(outcomes.get(i)) && entry.action().viewer().isViewer()) {
        tell(listener -> listener.outdated(entry.action().viewer()));
      }
      if (outcomes.get(i) instanceof Outcome.Done done
          && !done.facts().isEmpty()
          && !entry.action().viewer().isMerchant()) {
        Action action = entry.action().in(done.roomId());
        tell(listener -> tell(listener, action, done.facts()));
      }
      entry.outcome().complete(outcomes.get(i));
    }
    if (!left.isEmpty()) {
      later.accept(left);
    }
  }

  private void holdBack(String merchantId, CompletableFuture<?> compiling, List<Entry> entries) {
    List<Entry> own = new ArrayList<>();
    entries.removeIf(entry -> entry.merchantId().equals(merchantId) && own.add(entry));
    queue.holdBack(merchantId, own);
    var unused = compiling.whenComplete((done, failure) -> queue.release(merchantId));
  }

  /** Whether what is kept of the viewer may be no longer so. */
  private static boolean mayOutdate(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done -> done.outdates();
      // This lane may have committed it, and lost the connection before it was answered.
      case Outcome.Repeated repeated -> true;
      case Outcome.Rejected rejected ->
          rejected.reason().reason() == ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE;
    };
  }

  private static void tell(CommitListener listener, Action action, List<Fact> facts) {
    if (action.viewer().isViewer()) {
      listener.committed(action, facts);
    } else {
      listener.roomCommitted(action, facts);
    }
  }

  private void tell(Consumer<CommitListener> news) {
    for (CommitListener listener : listeners) {
      try {
        news.accept(listener);
      } catch (RuntimeException | Error e) { // whatever it is, it must not end the lane
        log.error("{} failed on what was committed", listener.getClass().getSimpleName(), e);
      }
    }
  }
}
