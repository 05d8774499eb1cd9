package io.flywheel.leaderboard;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.grpc.Watcher;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.WatchLeaderboardResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One stream that watches a board. While the client does not read, a frame gives way to the next
 * one. Thread-safe.
 */
final class BoardWatcher extends Watcher<WatchLeaderboardResponse, BoardWatcher.Frame> {
  /** How long a place that has to be estimated, or the viewer's team, is not looked up anew. */
  static final Duration ESTIMATED_FOR = Duration.ofSeconds(8);

  private final ViewerKey viewer;
  private final int top;
  private final Function<Boards.Found, @Nullable BoardPlace> estimates;

  @GuardedBy("lock")
  private @Nullable Frame latest;

  /** Of the sender's thread. */
  private @Nullable WatchLeaderboardResponse sent;

  /** Of the sender's thread, like the next. */
  private @Nullable BoardPlace estimate;

  private long estimatedNanos;

  /** The board at a moment, made once for all who watch it. */
  record Frame(Boards.Found found, List<BoardPlace> top) {}

  /**
   * A stream.
   *
   * @param top how many places it shows
   * @param estimates looks up the viewer's own place where the board is too large for the memory
   */
  BoardWatcher(
      ViewerKey viewer,
      int top,
      Function<Boards.Found, @Nullable BoardPlace> estimates,
      ServerCallStreamObserver<WatchLeaderboardResponse> stream) {
    super(stream);
    this.estimates = estimates;
    this.viewer = viewer;
    this.top = top;
  }

  /** Takes the latest state; never waits for the client. */
  void offer(Frame frame) {
    lock.lock();
    try {
      latest = frame;
      signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  @GuardedBy("lock")
  protected @Nullable Frame poll() {
    Frame frame = latest;
    latest = null;
    return frame;
  }

  @Override
  protected void send(Frame frame, StreamObserver<WatchLeaderboardResponse> to) {
    WatchLeaderboardResponse response = respond(frame);
    if (!response.equals(sent)) {
      to.onNext(response);
      sent = response;
    }
  }

  private WatchLeaderboardResponse respond(Frame frame) {
    List<BoardPlace> places = frame.top().subList(0, Math.min(top, frame.top().size()));
    BoardPlace own = own(frame.found());
    WatchLeaderboardResponse.Builder response =
        WatchLeaderboardResponse.newBuilder()
            .setPeriod(frame.found().state())
            .addAllPlaces(Faces.asSeenBy(viewer, viewer.isViewer(), places, own));
    if (own != null) {
      response.setOwn(own.toBuilder().setOwn(true));
    }
    return response.build();
  }

  private @Nullable BoardPlace own(Boards.Found board) {
    if (board.isOfTeams()) {
      BoardPlace team = estimate(board); // what is looked up is whose it is, not where it stands
      return team == null ? null : Boards.ownTeam(board, team.getTeam().getId());
    }
    BoardPlace known = board.index().find(viewer.viewerId());
    if (known != null || !board.index().isLimited()) {
      estimatedNanos = 0;
      return known;
    }
    return estimate(board);
  }

  private @Nullable BoardPlace estimate(Boards.Found board) {
    long now = System.nanoTime();
    if (estimatedNanos == 0 || now - estimatedNanos > ESTIMATED_FOR.toNanos()) {
      estimate = estimates.apply(board);
      estimatedNanos = now;
    }
    return estimate;
  }
}
