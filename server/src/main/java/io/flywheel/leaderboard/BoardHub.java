package io.flywheel.leaderboard;

import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.WatchLeaderboardResponse;
import io.grpc.stub.ServerCallStreamObserver;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves those who watch boards: however many watch one, its top is made once, at most four times a
 * second and only when it has changed. Thread-safe.
 */
final class BoardHub implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(BoardHub.class);

  private static final int MAX_TOP = 100;
  private static final long FRAME_MILLIS = 250;

  /** How many frames pass until the program and the period are looked up again. */
  private static final int FRAMES_BETWEEN_LOOKS = 8;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  private final Boards boards;
  private final Faces faces;
  private final Semaphore places;
  private final Map<Watched, Group> groups = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("watch-boards").factory());

  /** What is watched, as it was asked for. */
  private record Watched(String merchantId, Boards.Wanted wanted) {}

  /** Who watches a board, and what they were told last. */
  private static final class Group {
    final Set<BoardWatcher> watchers = ConcurrentHashMap.newKeySet();
    private Boards.@Nullable Found found;
    private long version = -1;
    private int framesUntilLook;
  }

  @Inject
  BoardHub(Boards boards, Faces faces, BoardConfig config) {
    this.boards = boards;
    this.faces = faces;
    this.places = new Semaphore(config.maxWatchers());
  }

  @Override
  public Phase phase() {
    return Phase.FEATURES;
  }

  @Override
  public void start() {
    var unused =
        timer.scheduleWithFixedDelay(this::tick, FRAME_MILLIS, FRAME_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void stop() throws InterruptedException {
    timer.shutdownNow();
    timer.awaitTermination(5, TimeUnit.SECONDS);
    ServiceException reason =
        ServiceException.of(
            ErrorReason.ERROR_REASON_SHUTTING_DOWN, "the service is shutting down; try again");
    groups.values().forEach(group -> group.watchers.forEach(watcher -> watcher.fail(reason)));
  }

  /**
   * Serves a stream until its client has gone.
   *
   * @throws ServiceException BOARD_NOT_FOUND, BOARD_LOADING, PROGRAM_NOT_FOUND, OVERLOADED
   */
  void watch(
      ViewerKey viewer,
      Boards.Wanted wanted,
      int top,
      ServerCallStreamObserver<WatchLeaderboardResponse> stream) {
    Boards.Found found = boards.find(viewer, wanted);
    if (!places.tryAcquire()) {
      throw ServiceException.overloaded(RETRY_AFTER);
    }
    BoardWatcher watcher = new BoardWatcher(viewer, top, stream);
    stream.setOnReadyHandler(watcher::wake);
    stream.setOnCancelHandler(watcher::end);
    watcher.offer(frame(found));
    Watched watched = new Watched(viewer.merchantId(), wanted);
    groups.compute(
        watched,
        (unused, known) -> {
          Group group = known == null ? new Group() : known;
          group.watchers.add(watcher);
          return group;
        });
    Thread.ofVirtual()
        .name("watch-board")
        .start(() -> {
          try {
            watcher.run();
          } finally {
            remove(watched, watcher);
            places.release();
          }
        });
  }

  private void remove(Watched watched, BoardWatcher watcher) {
    groups.computeIfPresent(
        watched,
        (unused, group) -> {
          group.watchers.remove(watcher);
          return group.watchers.isEmpty() ? null : group;
        });
  }

  private void tick() {
    groups.forEach((watched, group) -> {
      try {
        tick(watched, group);
      } catch (ServiceException e) {
        // Such as a board that the next version of the program has no more.
        if (e.reason() != ErrorReason.ERROR_REASON_BOARD_LOADING) {
          group.watchers.forEach(watcher -> watcher.fail(e));
        }
      } catch (RuntimeException e) {
        log.warn("board {} can't be shown; the next frame tries again", watched, e);
      }
    });
  }

  private void tick(Watched watched, Group group) {
    Boards.Found found = group.found;
    if (found == null || group.framesUntilLook-- == 0) {
      found = boards.find(ViewerKey.merchant(watched.merchantId()), watched.wanted());
      if (group.found == null || !found.key().equals(group.found.key())) {
        group.version = -1;
      }
      group.found = found;
      group.framesUntilLook = FRAMES_BETWEEN_LOOKS;
    }
    long version = found.index().version();
    if (version != group.version) {
      group.version = version;
      BoardWatcher.Frame frame = frame(found);
      group.watchers.forEach(watcher -> watcher.offer(frame));
    }
  }

  private BoardWatcher.Frame frame(Boards.Found found) {
    List<BoardPlace> top = found.index().page(1, MAX_TOP);
    return new BoardWatcher.Frame(found, faces.show(found.key().merchantId(), top));
  }
}
