package io.flywheel.leaderboard;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.db.Database;
import io.flywheel.v1.BoardPlace;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the ranks in this node's memory with the tables for as long as the server runs: board by
 * board, the rows by the viewers' ids and the members by their places. Where a row and what is in
 * memory differ and neither moves for a while, the board has drifted: that is logged, counted by
 * the metric {@code flywheel.leaderboard.drift}, which must be zero, and mended by reading the
 * board anew. It takes 1,000 rows and 200 members a second at most, and begins with the first board
 * no more than once a minute. Thread-safe.
 */
@Singleton
final class BoardWatch implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(BoardWatch.class);
  private static final int ROWS_A_STEP = 1_000;
  private static final int MEMBERS_A_STEP = 200;

  /** At most so many members are looked at again; a board with more of them has drifted anyway. */
  private static final int MAX_SUSPECTS = 1_000;

  private static final Duration SHORTEST_ROUND = Duration.ofMinutes(1);

  /** A commit of another node is heard long before. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Database database;
  private final BoardDao dao;
  private final BoardIndexes indexes;
  private final Clock clock;
  private final Counter drift;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("board-watch").factory());

  /** Those that differed, in the order in which they were found. */
  private final Map<Member, Difference> suspects = new LinkedHashMap<>();

  private Instant roundBegan = Instant.MIN;

  /** The board that is being looked at; null: the round has ended. */
  private @Nullable BoardKey board;

  private String after = "";
  private int place = 1;
  private boolean rowsDone;

  /** A member of a board. */
  private record Member(BoardKey board, String viewerId) {}

  /**
   * What the table and the memory say of a member.
   *
   * @param row null: there is none
   * @param known null: the memory does not know the member
   * @param sinceMillis when it was found
   */
  private record Difference(@Nullable Score row, @Nullable Score known, long sinceMillis) {
    boolean isOne() {
      return (row == null || !row.isShown()) ? known != null : !row.equals(known);
    }

    boolean isSameAs(Difference other) {
      return Objects.equals(row, other.row) && Objects.equals(known, other.known);
    }
  }

  @Inject
  BoardWatch(
      Database database, BoardDao dao, BoardIndexes indexes, Clock clock, MeterRegistry metrics) {
    this.database = database;
    this.dao = dao;
    this.indexes = indexes;
    this.clock = clock;
    this.drift =
        Counter.builder("flywheel.leaderboard.drift")
            .description(
                "Members of boards whose ranks in memory differed from the tables, and were mended;"
                    + " must be zero")
            .register(metrics);
  }

  @Override
  public Phase phase() {
    return Phase.FEATURES;
  }

  @Override
  public void start() {
    var unused = timer.scheduleWithFixedDelay(this::tryStep, 1, 1, TimeUnit.SECONDS);
  }

  @Override
  public void stop() throws InterruptedException {
    timer.shutdownNow();
    timer.awaitTermination(10, TimeUnit.SECONDS);
  }

  /** Checks all boards now, while nothing moves them, and returns how many members had drifted. */
  synchronized int checkAll() {
    suspects.clear();
    for (BoardKey each : indexes.read()) {
      begin(each);
      while (!step(each)) {}
    }
    begin(null);
    return lookAgain(Duration.ZERO);
  }

  private synchronized void tryStep() {
    try {
      indexes.keepWithinBound();
      indexes.countAgain();
      if (board == null && !clock.instant().isBefore(roundBegan.plus(SHORTEST_ROUND))) {
        roundBegan = clock.instant();
        NavigableSet<BoardKey> all = indexes.read();
        begin(all.isEmpty() ? null : all.first());
      }
      if (board != null && step(board)) {
        begin(indexes.read().higher(board));
      }
      int unused = lookAgain(PATIENCE);
    } catch (RuntimeException e) {
      log.warn("the boards were not checked; the next time tries again", e);
    }
  }

  private void begin(@Nullable BoardKey next) {
    board = next;
    after = "";
    place = 1;
    rowsDone = false;
  }

  /** Looks at a part of a board, and says whether it was the last one. */
  private boolean step(BoardKey key) {
    BoardIndex index = indexes.peek(key);
    if (index == null) {
      return true;
    }
    rowsDone |= index.isLimited(); // which knows its first places only
    List<BoardDao.Row> rows =
        rowsDone ? List.of() : database.read(handle -> dao.scores(handle, key, after, ROWS_A_STEP));
    rows.forEach(row -> compare(key, row.viewerId(), row.score(), index.known(row.viewerId())));
    rowsDone |= rows.size() < ROWS_A_STEP;
    after = rows.isEmpty() ? after : rows.getLast().viewerId();

    Map<String, @Nullable Score> members = new HashMap<>();
    for (BoardPlace member : index.page(place, MEMBERS_A_STEP)) {
      members.put(member.getViewerId(), index.known(member.getViewerId()));
    }
    Map<String, Score> stored = stored(key, members.keySet());
    if (!members.isEmpty() && stored.isEmpty()) {
      indexes.forget(key); // its period was long ago, and is kept no more
      return true;
    }
    members.forEach((viewerId, known) -> compare(key, viewerId, stored.get(viewerId), known));
    place += members.size();
    return rowsDone && members.size() < MEMBERS_A_STEP;
  }

  private void compare(BoardKey key, String viewerId, @Nullable Score row, @Nullable Score known) {
    Difference found = new Difference(row, known, clock.millis());
    if (found.isOne() && suspects.size() < MAX_SUSPECTS) {
      Difference unused = suspects.putIfAbsent(new Member(key, viewerId), found);
    }
  }

  /**
   * Looks at those that differed a while ago, mends their boards, and returns how many still do.
   */
  private int lookAgain(Duration patience) {
    long now = clock.millis();
    Map<BoardKey, Set<String>> due =
        suspects.entrySet().stream()
            .filter(suspect -> now - suspect.getValue().sinceMillis >= patience.toMillis())
            .map(Map.Entry::getKey)
            .collect(
                Collectors.groupingBy(
                    Member::board, Collectors.mapping(Member::viewerId, Collectors.toSet())));
    int drifted = 0;
    for (Map.Entry<BoardKey, Set<String>> each : due.entrySet()) {
      drifted += lookAgain(each.getKey(), each.getValue());
    }
    return drifted;
  }

  private int lookAgain(BoardKey key, Set<String> viewerIds) {
    BoardIndex index = indexes.peek(key);
    Map<String, Score> stored = stored(key, viewerIds);
    Set<String> drifted = new LinkedHashSet<>();
    for (String viewerId : viewerIds) {
      Difference before = suspects.remove(new Member(key, viewerId));
      if (index != null && before != null) {
        Score row = stored.get(viewerId);
        if (before.isSameAs(new Difference(row, index.known(viewerId), 0))) {
          drifted.add(viewerId);
        }
      }
    }
    if (!drifted.isEmpty()) {
      log.error("Board {} has drifted from its table and is read anew: {}", key, drifted);
      drift.increment(drifted.size());
      indexes.reload(key);
    }
    return drifted.size();
  }

  private Map<String, Score> stored(BoardKey key, Set<String> viewerIds) {
    return database.read(handle -> dao.scoresOf(handle, key, viewerIds)).stream()
        .collect(Collectors.toMap(BoardDao.Row::viewerId, BoardDao.Row::score));
  }
}
