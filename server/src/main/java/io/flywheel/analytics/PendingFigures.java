package io.flywheel.analytics;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.db.DatabaseErrors;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds what batches left into the figures' rows: many deltas of a merchant are added up in memory,
 * and one transaction writes what they come to and takes them away. So each counts once, whatever
 * is killed and however many nodes there are. Of all nodes, one at a time folds a merchant's.
 *
 * <p>Whoever reads figures has them brought up to date first: what was committed before is in them.
 * Thread-safe.
 */
@Singleton
public final class PendingFigures {
  private static final Logger log = LoggerFactory.getLogger(PendingFigures.class);

  /** What one transaction takes: some hundred thousand visits, from which no more is gained. */
  static final int MAX_BYTES = 8 << 20;

  private static final int MAX_ROWS = 10_000;

  /** How many visits are added up at a time; each takes some hundred bytes of memory. */
  private static final int VISITS_AT_ONCE = 50_000;

  private static final int MAX_ATTEMPTS = 8;

  /** When so many deltas are refused one after the other, it is not for what is in them. */
  private static final int MAX_LEFT_OUT = 3;

  private static final long FIRST_PAUSE_NANOS = 2_000_000;

  /** One that is forgotten is only folded once more than it had to be. */
  private static final long MAX_MERCHANTS = 10_000;

  private final Database database;
  private final DeltaDao dao;
  private final Map<String, Long> appendedBytes = new ConcurrentHashMap<>();
  private final Cache<String, Folded> merchants =
      Caffeine.newBuilder().maximumSize(MAX_MERCHANTS).build();

  @Inject
  PendingFigures(Database database, DeltaDao dao) {
    this.database = database;
    this.dao = dao;
  }

  /** When a merchant's deltas were last folded by this node. */
  private static final class Folded {
    final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private boolean hasBegun;

    @GuardedBy("lock")
    private long begunNanos;

    @GuardedBy("lock")
    boolean isSince(long nanos) {
      return hasBegun && begunNanos - nanos >= 0;
    }

    @GuardedBy("lock")
    void set(long nanos) {
      hasBegun = true;
      begunNanos = nanos;
    }
  }

  /** How far a run has come. Used by one thread. */
  private static final class Progress {
    long after = DeltaDao.FIRST;

    /** The last of the rows that the latest transaction took or was about to take. */
    long reached = DeltaDao.FIRST;

    /** How many rows that was. */
    int rows;

    int rowsAtOnce = MAX_ROWS;
    int attempts;

    /** How many were refused, each alone, since something was folded. */
    int leftOut;

    boolean hasFolded;
    @Nullable RuntimeException refusal;
    boolean ended;
  }

  /** Takes note of a delta that this node is about to commit. */
  void appended(String merchantId, int bytes) {
    appendedBytes.merge(merchantId, (long) bytes, Long::sum);
  }

  /**
   * The merchants of whom this node has left so much that waiting for more gains nothing, each told
   * once.
   */
  List<String> takeFull() {
    List<String> full =
        appendedBytes.entrySet().stream()
            .filter(appended -> appended.getValue() >= MAX_BYTES)
            .map(Map.Entry::getKey)
            .toList();
    full.forEach(appendedBytes::remove);
    return full;
  }

  /** The merchant after another of whom anything waits. */
  Optional<String> merchantAfter(String merchantId) {
    return database.read(handle -> dao.merchantAfter(handle, merchantId));
  }

  /** What waits of a merchant. */
  DeltaDao.Waiting waiting(String merchantId) {
    return database.read(handle -> dao.waiting(handle, merchantId));
  }

  /**
   * Folds all that was committed before; several who ask at a time share it. With nothing to fold
   * it is a look at an index.
   */
  public void bringUpToDate(String merchantId) {
    bringUpToDate(merchantId, Duration.ZERO);
  }

  /**
   * Folds all that was committed before, or leaves it at what was folded a short time ago.
   *
   * @param within how long ago
   */
  void bringUpToDate(String merchantId, Duration within) {
    long since = System.nanoTime() - within.toNanos();
    if (!isAnyWaiting(merchantId)) {
      return;
    }
    Folded folded = merchants.get(merchantId, unused -> new Folded());
    folded.lock.lock();
    try {
      if (!folded.isSince(since)) {
        long begun = System.nanoTime();
        appendedBytes.remove(merchantId);
        foldAll(merchantId);
        folded.set(begun);
      }
    } finally {
      folded.lock.unlock();
    }
  }

  private boolean isAnyWaiting(String merchantId) {
    return database.read(handle -> dao.isAnyWaiting(handle, merchantId));
  }

  /** Locks a merchant's figures against being folded, until the transaction ends. */
  void lock(Handle handle, String merchantId) {
    if (!dao.lock(handle, merchantId)) {
      dao.createLock(handle, merchantId);
    }
  }

  /** Walks once along what waits, so it ends however much comes meanwhile. */
  private void foldAll(String merchantId) {
    Progress progress = new Progress();
    while (!progress.ended) {
      progress.reached = progress.after;
      progress.rows = 0;
      try {
        boolean locked =
            database.inTransaction(handle -> {
              if (!dao.lock(handle, merchantId)) {
                return false;
              }
              foldSome(handle, merchantId, progress);
              return true;
            });
        if (locked) {
          afterSuccess(progress);
        } else {
          database.jdbi().useHandle(handle -> dao.createLock(handle, merchantId));
        }
      } catch (RuntimeException e) {
        progress.ended = false;
        afterFailure(merchantId, progress, e);
      }
    }
    if (progress.refusal != null && !progress.hasFolded) {
      throw progress.refusal;
    }
  }

  private static void afterSuccess(Progress progress) {
    progress.after = progress.reached;
    progress.attempts = 0;
    progress.rowsAtOnce = Math.min(MAX_ROWS, 2 * progress.rowsAtOnce);
    if (progress.rows > 0) {
      progress.leftOut = 0;
      progress.hasFolded = true;
    }
  }

  /** Repeats what the database asks to be repeated; what it refuses is searched for, and left. */
  private static void afterFailure(String merchantId, Progress progress, RuntimeException e) {
    if (DatabaseErrors.isTransient(e)) {
      if (++progress.attempts == MAX_ATTEMPTS) {
        throw e;
      }
      LockSupport.parkNanos(
          ThreadLocalRandom.current().nextLong(FIRST_PAUSE_NANOS << progress.attempts) + 1);
    } else if (progress.rows == 0) {
      throw e; // it is not for what was read
    } else if (progress.rows > 1) {
      progress.rowsAtOnce = progress.rows / 2;
    } else if (++progress.leftOut == MAX_LEFT_OUT) {
      throw e; // it is not for one of them
    } else {
      log.error(
          "What a batch added to the figures of {} can't be folded and stays: figures_delta {}",
          merchantId,
          progress.reached,
          e);
      progress.refusal = e;
      progress.after = progress.reached;
    }
  }

  private void foldSome(Handle handle, String merchantId, Progress progress) {
    DeltaDao.Part part =
        dao.after(handle, merchantId, progress.after, progress.rowsAtOnce, MAX_BYTES);
    progress.ended = part.last();
    if (part.rows().isEmpty()) {
      return;
    }
    progress.reached = part.rows().getLast().id;
    progress.rows = part.rows().size();
    List<DeltaDao.Row> known =
        part.rows().stream().filter(row -> FiguresDelta.isKnown(row.delta)).toList();
    if (known.size() < part.rows().size()) {
      log.warn(
          "{} deltas of figures of {} were written by a later version, whose nodes fold them",
          part.rows().size() - known.size(),
          merchantId);
    }
    int visits = known.stream().mapToInt(row -> FiguresDelta.visits(row.delta)).sum();
    int parts = 1 + visits / VISITS_AT_ONCE;
    for (int i = 0; i < parts; i++) {
      Tally tally = new Tally();
      for (DeltaDao.Row row : known) {
        FiguresDelta.addTo(tally, merchantId, row.delta, i, parts);
      }
      TallyDao.write(handle, tally);
    }
    dao.delete(handle, merchantId, known);
  }
}
