package io.flywheel.leaderboard;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.Lifecycle;
import io.flywheel.v1.BoardPlace;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up how the members of large boards are shown before anybody asks for them, so that calls
 * soon after a start need not: of each board once, after its ranks are in memory, from the top on,
 * for as long as there is room to keep it. It rests as long as it works. Thread-safe.
 */
@Singleton
final class FacePreparation implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(FacePreparation.class);

  /** What a board has to have; the first few calls for a smaller one look all of it up. */
  static final int LEAST_MEMBERS = 500;

  private static final int MEMBERS_AT_ONCE = 500;

  private final BoardIndexes indexes;
  private final Faces faces;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("board-faces").factory());

  /** Of the timer's thread. */
  private final Set<BoardKey> prepared = new HashSet<>();

  @Inject
  FacePreparation(BoardIndexes indexes, Faces faces) {
    this.indexes = indexes;
    this.faces = faces;
  }

  @Override
  public Phase phase() {
    return Phase.FEATURES;
  }

  @Override
  public void start() {
    var unused = timer.scheduleWithFixedDelay(this::prepareAll, 1, 1, TimeUnit.SECONDS);
  }

  @Override
  public void stop() throws InterruptedException {
    timer.shutdownNow();
    timer.awaitTermination(10, TimeUnit.SECONDS);
  }

  private void prepareAll() {
    NavigableSet<BoardKey> boards = indexes.read();
    prepared.retainAll(boards);
    for (BoardKey board : boards) {
      BoardIndex index = indexes.peek(board);
      if (index != null && index.kept() >= LEAST_MEMBERS && prepared.add(board)) {
        try {
          prepare(board, index);
        } catch (RuntimeException e) {
          log.warn("how the members of {} are shown is looked up when it is asked for", board, e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt(); // the service stops
          return;
        }
      }
    }
  }

  private void prepare(BoardKey board, BoardIndex index) throws InterruptedException {
    int first = 1;
    List<BoardPlace> members;
    do {
      long began = System.nanoTime();
      members = index.page(first, MEMBERS_AT_ONCE);
      if (!faces.prepare(board.merchantId(), members)) {
        return;
      }
      first += members.size();
      TimeUnit.NANOSECONDS.sleep(System.nanoTime() - began);
    } while (members.size() == MEMBERS_AT_ONCE);
  }
}
