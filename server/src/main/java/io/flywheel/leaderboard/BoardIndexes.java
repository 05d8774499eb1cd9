package io.flywheel.leaderboard;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Action;
import io.flywheel.engine.Commit;
import io.flywheel.engine.CommitListener;
import io.flywheel.engine.Interests;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Fact;
import io.flywheel.v1.RankStyle;
import io.flywheel.v1.ScoreMoved;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The indexes of the boards that somebody asked for. One is read from the database when it is first
 * asked for, beside the calls that wait for it; from then on each commit of this node moves it
 * before the caller is answered, and each commit of another node as soon as it is heard; what may
 * not have been heard is read again. Those that nobody asked for longest give way when there are
 * more members than the configuration allows. Thread-safe.
 */
final class BoardIndexes implements CommitListener {
  private static final Logger log = LoggerFactory.getLogger(BoardIndexes.class);

  private static final int ROWS_AT_ONCE = 20_000;
  private static final long WAIT_MILLIS = 3_000;

  /** Whoever can't hear the others is told so every few seconds. */
  private static final long READ_AGAIN_MILLIS = 2_000;

  /** A board is worth so many members at least, so that many small ones fill no memory. */
  static final int LEAST_MEMBERS = 64;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** However many boards are read, the database is left to those who write. */
  private static final int MAX_READS_AT_ONCE = 2;

  private final Database database;
  private final BoardDao dao;
  private final BoardConfig config;
  private final Clock clock;
  private final Semaphore reads = new Semaphore(MAX_READS_AT_ONCE, true);
  private final Interests interests;
  private final Map<BoardKey, Open> indexes = new ConcurrentHashMap<>();

  /** An index, and what hears other nodes for it. */
  private static final class Open {
    private final Interests.Interest interest;
    private final AtomicLong readAgainMillis = new AtomicLong();
    private volatile BoardIndex index;

    /** What shall take the index's place once it is read. */
    private volatile @Nullable BoardIndex next;

    Open(BoardIndex index, Interests.Interest interest) {
      this.index = index;
      this.interest = interest;
    }

    long weight() {
      return Math.max(LEAST_MEMBERS, index.members());
    }

    void apply(String viewerId, Score score) {
      BoardIndex coming = next;
      index.apply(viewerId, score);
      if (coming != null) {
        coming.apply(viewerId, score);
      }
    }

    /** Whether the latest time that it was read again is long enough ago. */
    boolean mayReadAgain(long nowMillis) {
      long before = readAgainMillis.get();
      return nowMillis - before >= READ_AGAIN_MILLIS
          && readAgainMillis.compareAndSet(before, nowMillis);
    }
  }

  @Inject
  BoardIndexes(
      Database database,
      BoardDao dao,
      BoardConfig config,
      Clock clock,
      Interests interests,
      MeterRegistry metrics) {
    this.interests = interests;
    this.database = database;
    this.dao = dao;
    this.config = config;
    this.clock = clock;
    Gauge.builder("flywheel.leaderboard.members", this, BoardIndexes::members)
        .description("Members of the boards whose ranks are in memory")
        .register(metrics);
  }

  @Override
  public void committed(Action action, List<Fact> facts) {
    apply(action.viewer(), facts);
  }

  @Override
  public void merchantCommittedElsewhere(Commit commit) {
    apply(commit.viewer(), commit.facts());
  }

  /** What may have been missed is read again beside the ranks that are there; the newest stands. */
  @Override
  public void missed(Missed missed) {
    long now = clock.millis();
    indexes.forEach((key, open) -> {
      if (missed.concernsMerchant(key.merchantId()) && open.mayReadAgain(now)) {
        Thread.ofVirtual().name("read-board-again").start(() -> readAgain(key, open.index));
      }
    });
  }

  private void apply(ViewerKey viewer, List<Fact> facts) {
    for (Fact fact : facts) {
      if (fact.hasScoreMoved()) {
        ScoreMoved moved = fact.getScoreMoved();
        Open open =
            indexes.get(
                new BoardKey(
                    viewer.merchantId(), moved.getBoardId(), moved.getRoomId(), moved.getPeriod()));
        if (open != null) {
          open.apply(
              viewer.viewerId(),
              new Score(
                  moved.getScore(),
                  Timestamps.toMillis(moved.getReachedAt()),
                  moved.getMoves(),
                  moved.getRemoved(),
                  WonPrizes.getDefaultInstance()));
        }
      }
    }
  }

  /**
   * The ranks of a board, once they have been read.
   *
   * @throws ServiceException BOARD_LOADING if that takes longer than a caller should wait
   */
  BoardIndex get(BoardKey key, RankStyle style) {
    Open open = indexes.get(key);
    BoardIndex index = open == null ? open(key, style) : open.index;
    index.use(clock.millis());
    if (!index.isRead()) {
      await(index);
    }
    return index;
  }

  /** The boards whose ranks are in memory. */
  NavigableSet<BoardKey> read() {
    return indexes.entrySet().stream()
        .filter(entry -> entry.getValue().index.isRead())
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The ranks of a board that are in memory, which nobody asks for by this; null: none are. */
  @Nullable BoardIndex peek(BoardKey key) {
    Open open = indexes.get(key);
    return open == null || !open.index.isRead() ? null : open.index;
  }

  /** Forgets a board's ranks; whoever asks next has them read. */
  void forget(BoardKey key) {
    Open open = indexes.get(key);
    if (open != null) {
      drop(key, open);
    }
  }

  /**
   * Reads a board's ranks anew beside those that are there, which are shown until then. What is
   * committed meanwhile moves both.
   */
  void reload(BoardKey key) {
    Open open = indexes.get(key);
    if (open == null) {
      return;
    }
    BoardIndex fresh = new BoardIndex(open.index.style());
    fresh.use(open.index.lastUsedMillis());
    reads.acquireUninterruptibly();
    try {
      open.next = fresh;
      readRows(key, fresh);
      fresh.readAll();
      open.index = fresh;
    } finally {
      open.next = null;
      reads.release();
    }
  }

  private static void await(BoardIndex index) {
    try {
      if (index.await(WAIT_MILLIS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw ServiceException.notYet(
        ErrorReason.ERROR_REASON_BOARD_LOADING,
        "the board is being read: %d members so far; try again".formatted(index.members()),
        RETRY_AFTER);
  }

  private BoardIndex open(BoardKey key, RankStyle style) {
    makeRoom();
    Open fresh = new Open(new BoardIndex(style), interests.merchant(key.merchantId()));
    Open known = indexes.putIfAbsent(key, fresh);
    if (known != null) {
      fresh.interest.close();
      return known.index;
    }
    Thread.ofVirtual().name("read-board").start(() -> read(key, fresh));
    return fresh.index;
  }

  private void read(BoardKey key, Open open) {
    reads.acquireUninterruptibly();
    try {
      open.interest.awaitHeard(); // so that what is not read will be told
      readRows(key, open.index);
      open.index.readAll();
    } catch (RuntimeException e) {
      log.warn("board {} can't be read; whoever asks next tries again", key, e);
      drop(key, open);
      open.index.fail(e);
    } finally {
      reads.release();
    }
  }

  private void readAgain(BoardKey key, BoardIndex index) {
    reads.acquireUninterruptibly();
    try {
      readRows(key, index);
    } catch (RuntimeException e) {
      log.warn("board {} can't be read again; it is soon", key, e);
    } finally {
      reads.release();
    }
  }

  private void readRows(BoardKey key, BoardIndex index) {
    String after = "";
    List<BoardDao.Row> rows;
    do {
      String from = after;
      rows = database.read(handle -> dao.scores(handle, key, from, ROWS_AT_ONCE));
      rows.forEach(row -> index.apply(row.viewerId(), row.score()));
      after = rows.isEmpty() ? after : rows.getLast().viewerId();
    } while (rows.size() == ROWS_AT_ONCE);
  }

  private void drop(BoardKey key, Open open) {
    if (indexes.remove(key, open)) {
      open.interest.close();
    }
  }

  private void makeRoom() {
    if (indexes.values().stream().mapToLong(Open::weight).sum() > config.membersInMemory()) {
      indexes.entrySet().stream()
          .filter(entry -> entry.getValue().index.isRead())
          .min(Comparator.comparingLong(entry -> entry.getValue().index.lastUsedMillis()))
          .ifPresent(entry -> drop(entry.getKey(), entry.getValue()));
    }
  }

  /** How many boards' ranks are in memory. */
  int size() {
    return indexes.size();
  }

  private long members() {
    return indexes.values().stream().mapToLong(open -> open.index.members()).sum();
  }
}
