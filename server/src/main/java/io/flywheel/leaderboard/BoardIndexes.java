package io.flywheel.leaderboard;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Action;
import io.flywheel.engine.CommitListener;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The indexes of the boards that somebody asked for. One is read from the database when it is first
 * asked for, beside the calls that wait for it; from then on each commit moves it before the caller
 * is answered. Those that nobody asked for longest give way when there are more members than the
 * configuration allows. Thread-safe.
 */
final class BoardIndexes implements CommitListener {
  private static final Logger log = LoggerFactory.getLogger(BoardIndexes.class);

  private static final int ROWS_AT_ONCE = 20_000;
  private static final long WAIT_MILLIS = 3_000;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** However many boards are read, the database is left to those who write. */
  private static final int MAX_READS_AT_ONCE = 2;

  private final Database database;
  private final BoardDao dao;
  private final BoardConfig config;
  private final Clock clock;
  private final Semaphore reads = new Semaphore(MAX_READS_AT_ONCE, true);
  private final Map<BoardKey, BoardIndex> indexes = new ConcurrentHashMap<>();

  @Inject
  BoardIndexes(
      Database database, BoardDao dao, BoardConfig config, Clock clock, MeterRegistry metrics) {
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
    for (Fact fact : facts) {
      if (fact.hasScoreMoved()) {
        ScoreMoved moved = fact.getScoreMoved();
        BoardIndex index =
            indexes.get(
                new BoardKey(
                    action.viewer().merchantId(),
                    moved.getBoardId(),
                    moved.getRoomId(),
                    moved.getPeriod()));
        if (index != null) {
          index.apply(
              action.viewer().viewerId(),
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
    BoardIndex index = indexes.get(key);
    if (index == null) {
      index = open(key, style);
    }
    index.use(clock.millis());
    if (!index.isRead()) {
      await(index);
    }
    return index;
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
    BoardIndex fresh = new BoardIndex(style);
    BoardIndex known = indexes.putIfAbsent(key, fresh);
    if (known != null) {
      return known;
    }
    Thread.ofVirtual().name("read-board").start(() -> read(key, fresh));
    return fresh;
  }

  private void read(BoardKey key, BoardIndex index) {
    reads.acquireUninterruptibly();
    try {
      String after = "";
      List<BoardDao.Row> rows;
      do {
        String from = after;
        rows = database.read(handle -> dao.scores(handle, key, from, ROWS_AT_ONCE));
        rows.forEach(row -> index.apply(row.viewerId(), row.score()));
        after = rows.isEmpty() ? after : rows.getLast().viewerId();
      } while (rows.size() == ROWS_AT_ONCE);
      index.readAll();
    } catch (RuntimeException e) {
      log.warn("board {} can't be read; whoever asks next tries again", key, e);
      indexes.remove(key, index);
      index.fail(e);
    } finally {
      reads.release();
    }
  }

  private void makeRoom() {
    if (members() > config.membersInMemory()) {
      indexes.entrySet().stream()
          .filter(entry -> entry.getValue().isRead())
          .min(Comparator.comparingLong(entry -> entry.getValue().lastUsedMillis()))
          .ifPresent(entry -> indexes.remove(entry.getKey(), entry.getValue()));
    }
  }

  private long members() {
    return indexes.values().stream().mapToLong(BoardIndex::members).sum();
  }
}
