package io.flywheel.leaderboard;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.WatchLeaderboardResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One stream that watches a board. While the client does not read, a frame gives way to the next
 * one. Thread-safe.
 */
final class BoardWatcher {
  private final ViewerKey viewer;
  private final int top;
  private final ServerCallStreamObserver<WatchLeaderboardResponse> stream;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private @Nullable Frame latest;

  @GuardedBy("lock")
  private @Nullable RuntimeException failure;

  @GuardedBy("lock")
  private boolean ended;

  /** The board at a moment, made once for all who watch it. */
  record Frame(Boards.Found found, List<BoardPlace> top) {}

  BoardWatcher(
      ViewerKey viewer, int top, ServerCallStreamObserver<WatchLeaderboardResponse> stream) {
    this.viewer = viewer;
    this.top = top;
    this.stream = stream;
  }

  /** Takes the latest state; never waits for the client. */
  void offer(Frame frame) {
    lock.lock();
    try {
      latest = frame;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Looks again whether the client reads. */
  void wake() {
    lock.lock();
    try {
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The client has gone. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** The board can't be read, which ends the stream. */
  void fail(RuntimeException reason) {
    lock.lock();
    try {
      failure = reason;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Sends what changes until the client has gone. */
  void run() {
    WatchLeaderboardResponse sent = null;
    try {
      for (Frame next = next(); next != null; next = next()) {
        WatchLeaderboardResponse response = respond(next);
        if (!response.equals(sent)) {
          stream.onNext(response);
          sent = response;
        }
      }
    } catch (RuntimeException e) {
      stream.onError(e);
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

  /** Waits until there is something to send and the client reads; null: it has gone. */
  private @Nullable Frame next() {
    lock.lock();
    try {
      while (!ended && failure == null && !(latest != null && stream.isReady())) {
        changed.awaitUninterruptibly();
      }
      if (ended) {
        return null;
      }
      if (failure != null) {
        throw failure;
      }
      Frame frame = latest;
      latest = null;
      return frame;
    } finally {
      lock.unlock();
    }
  }
}
