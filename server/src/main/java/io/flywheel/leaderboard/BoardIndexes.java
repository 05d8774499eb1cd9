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
 * not have been heard is read again.
 *
 * <p>When there are more members than the configuration allows, boards that nobody asked for give
 * way, those that can be read again at once before others. Where that is not enough, a board is
 * {@linkplain BoardIndex#limit limited} to its first places, which are kept exact, and to how many
 * stand at which score, which is counted anew every now and then. So the table needs no index by
 * score, which each event would have to write. Thread-safe.
 */
final class BoardIndexes implements CommitListener {
  private static final Logger log = LoggerFactory.getLogger(BoardIndexes.class);

  private static final int ROWS_AT_ONCE = 20_000;
  private static final long WAIT_MILLIS = 3_000;

  /** Whoever can't hear the others is told so every few seconds. */
  private static final long READ_AGAIN_MILLIS = 2_000;

  /** A board is worth so many members at least, so that many small ones fill no memory. */
  static final int LEAST_MEMBERS = 64;

  /**
   * The fewest places that a limited board keeps: the longest page, and whether there is one more.
   */
  static final int LEAST_PLACES = 101;

  /** A limited board keeps this part of what all boards may take. */
  private static final int PARTS = 100;

  /** A board that takes seconds to read stays for so long after it was asked for. */
  private static final Duration STAYS = Duration.ofMinutes(1);

  /** One that is read at once stays for so long, if another one takes most of the memory. */
  private static final Duration IN_USE = Duration.ofSeconds(10);

  /** How long a limited board's counts are used at least. */
  private static final Duration COUNTED = Duration.ofMinutes(1);

  /** And how many times as long as it takes to count. */
  private static final int TIMES_COUNTING = 20;

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

    /** When a limited board is to be counted anew. */
    private volatile long countAgainMillis = Long.MAX_VALUE;

    /** What shall take the index's place once it is read. */
    private volatile @Nullable BoardIndex next;

    Open(BoardIndex index, Interests.Interest interest) {
      this.index = index;
      this.interest = interest;
    }

    long weight() {
      BoardIndex coming = next;
      int kept = Math.max(index.kept(), coming == null ? 0 : coming.kept());
      return Math.max(LEAST_MEMBERS, kept);
    }

    /** Whether it can be dropped: it is read again at once, or nobody wants it any more. */
    boolean givesWay(long nowMillis) {
      return index.isRead()
          && (isIdle(nowMillis, STAYS) || (index.kept() <= ROWS_AT_ONCE && !index.isLimited()));
    }

    boolean isIdle(long nowMillis, Duration atLeast) {
      return nowMillis - index.lastUsedMillis() > atLeast.toMillis();
    }

    void counted(long beganMillis, long nowMillis) {
      long pause = Math.max(COUNTED.toMillis(), TIMES_COUNTING * (nowMillis - beganMillis));
      countAgainMillis = index.isLimited() ? nowMillis + pause : Long.MAX_VALUE;
    }

    /**
     * Takes a score that was committed.
     *
     * @param lowered whether it is lower than the one before
     */
    void apply(String viewerId, Score score, boolean lowered) {
      BoardIndex coming = next;
      apply(index, viewerId, score, lowered);
      if (coming != null) {
        apply(coming, viewerId, score, lowered);
      }
    }

    private static void apply(BoardIndex to, String viewerId, Score score, boolean lowered) {
      if (lowered) {
        to.lower(viewerId, score);
      } else {
        to.apply(viewerId, score);
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
        Thread.ofVirtual().name("read-board-again").start(() -> readAgain(key, open));
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
                  WonPrizes.getDefaultInstance()),
              moved.getLowered());
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
      long began = clock.millis();
      open.next = fresh;
      readRows(key, open, fresh);
      fresh.readAll();
      open.index = fresh;
      open.counted(began, clock.millis());
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
    keepWithinBound();
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
      long began = clock.millis();
      readRows(key, open, open.index);
      open.index.readAll();
      open.counted(began, clock.millis());
    } catch (RuntimeException e) {
      log.warn("board {} can't be read; whoever asks next tries again", key, e);
      drop(key, open);
      open.index.fail(e);
    } finally {
      reads.release();
    }
  }

  private void readAgain(BoardKey key, Open open) {
    if (open.index.isLimited()) {
      reload(key); // it counts its members
      return;
    }
    reads.acquireUninterruptibly();
    try {
      readRows(key, open, open.index);
    } catch (RuntimeException e) {
      log.warn("board {} can't be read again; it is soon", key, e);
    } finally {
      reads.release();
    }
  }

  private void readRows(BoardKey key, Open open, BoardIndex index) {
    String after = "";
    List<BoardDao.Row> rows;
    do {
      String from = after;
      rows = database.read(handle -> dao.scores(handle, key, from, ROWS_AT_ONCE));
      rows.forEach(row -> index.read(row.viewerId(), row.score()));
      while (!index.isLimited() && isBeyondBound()) {
        if (!makeRoom(open, isLarge(index))) {
          index.limit(places());
        }
      }
      after = rows.isEmpty() ? after : rows.getLast().viewerId();
    } while (rows.size() == ROWS_AT_ONCE);
  }

  private void drop(BoardKey key, Open open) {
    if (indexes.remove(key, open)) {
      open.interest.close();
    }
  }

  /**
   * Lets boards give way, or limits the largest ones, where all together have grown beyond the
   * bound.
   */
  void keepWithinBound() {
    while (isBeyondBound()) {
      Open largest =
          indexes.values().stream()
              .filter(open -> open.index.isRead() && !open.index.isLimited())
              .max(Comparator.comparingLong(Open::weight))
              .orElse(null);
      if (makeRoom(null, largest != null && isLarge(largest.index))) {
        continue;
      }
      if (largest == null || largest.index.kept() <= 2 * places()) {
        return;
      }
      largest.index.limit(places());
      largest.countAgainMillis = clock.millis() + COUNTED.toMillis();
    }
  }

  private boolean isLarge(BoardIndex index) {
    return index.kept() > config.membersInMemory() / 2;
  }

  /** Counts the limited boards anew for which it is time and that somebody has asked for since. */
  void countAgain() {
    long now = clock.millis();
    indexes.forEach((key, open) -> {
      if (now >= open.countAgainMillis && !open.isIdle(now, STAYS)) {
        open.countAgainMillis = now + COUNTED.toMillis();
        reload(key);
      }
    });
  }

  private boolean isBeyondBound() {
    return indexes.values().stream().mapToLong(Open::weight).sum() > config.membersInMemory();
  }

  /**
   * Drops the board that was not asked for longest of those that give way.
   *
   * @param orLimits whether a board can be limited instead, which then comes before dropping one
   *     that is in use
   * @return false: nothing was dropped
   */
  private boolean makeRoom(@Nullable Open except, boolean orLimits) {
    long now = clock.millis();
    Map.Entry<BoardKey, Open> first =
        indexes.entrySet().stream()
            .filter(entry -> entry.getValue() != except && entry.getValue().givesWay(now))
            .filter(entry -> !orLimits || entry.getValue().isIdle(now, IN_USE))
            .min(Comparator.comparingLong(entry -> entry.getValue().index.lastUsedMillis()))
            .orElse(null);
    if (first != null) {
      drop(first.getKey(), first.getValue());
    }
    return first != null;
  }

  private int places() {
    return Math.max(LEAST_PLACES, config.membersInMemory() / PARTS);
  }

  /** How many boards' ranks are in memory. */
  int size() {
    return indexes.size();
  }

  private long members() {
    return indexes.values().stream().mapToLong(open -> open.index.kept()).sum();
  }
}
