package io.flywheel.leaderboard;

import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.WatchPlaces;
import io.flywheel.platform.grpc.WatchedThings;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.WatchLeaderboardResponse;
import io.grpc.stub.ServerCallStreamObserver;
import jakarta.inject.Inject;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Serves those who watch boards: however many watch one, its top is made once. Thread-safe. */
final class BoardHub {
  /** However many boards are watched, the database is left to those who write. */
  private static final int MAX_READS_AT_ONCE = 4;

  private final Boards boards;
  private final Faces faces;
  private final WatchPlaces places;
  private final Semaphore reads = new Semaphore(MAX_READS_AT_ONCE, true);
  private final WatchedThings<Watched, BoardWatcher.Frame, BoardWatcher> watched =
      new WatchedThings<>("read-board", this::reader, BoardWatcher::offer);

  /** What is watched, as it was asked for. */
  private record Watched(String merchantId, Boards.Wanted wanted) {}

  @Inject
  BoardHub(Boards boards, Faces faces, BoardConfig config) {
    this.boards = boards;
    this.faces = faces;
    this.places = new WatchPlaces("watch-board", config.maxWatchers());
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
    boards.find(viewer, wanted); // what can't be found is refused here
    places.take(viewer.merchantId());
    Watched key = new Watched(viewer.merchantId(), wanted);
    BoardWatcher watcher = new BoardWatcher(viewer, top, board -> estimate(viewer, board), stream);
    watched.add(key, watcher);
    places.serve(
        viewer.merchantId(),
        () -> {
          try {
            watcher.run();
          } finally {
            watched.remove(key, watcher);
          }
        });
  }

  private @Nullable BoardPlace estimate(ViewerKey viewer, Boards.Found board) {
    reads.acquireUninterruptibly();
    try {
      return boards.own(viewer, board);
    } finally {
      reads.release();
    }
  }

  private BoardReader reader(Watched key) {
    return new BoardReader(key.merchantId(), key.wanted(), boards, faces, reads);
  }
}
