package io.flywheel.leaderboard;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.grpc.Watcher;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.WatchLeaderboardResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One stream that watches a board. While the client does not read, a frame gives way to the next
 * one. Thread-safe.
 */
final class BoardWatcher extends Watcher<WatchLeaderboardResponse, BoardWatcher.Frame> {
  private final ViewerKey viewer;
  private final int top;

  @GuardedBy("lock")
  private @Nullable Frame latest;

  /** Of the sender's thread. */
  private @Nullable WatchLeaderboardResponse sent;

  /** The board at a moment, made once for all who watch it. */
  record Frame(Boards.Found found, List<BoardPlace> top) {}

  BoardWatcher(
      ViewerKey viewer, int top, ServerCallStreamObserver<WatchLeaderboardResponse> stream) {
    super(stream);
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
    WatchLeaderboardResponse.Builder response =
        WatchLeaderboardResponse.newBuilder()
            .setPeriod(frame.found().state())
            .addAllPlaces(Faces.asSeenBy(viewer, viewer.isViewer(), places));
    BoardPlace own = frame.found().own(viewer);
    if (own != null) {
      response.setOwn(own);
    }
    return response.build();
  }
}
