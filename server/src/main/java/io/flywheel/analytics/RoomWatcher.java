package io.flywheel.analytics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.flywheel.platform.grpc.Watcher;
import io.flywheel.v1.RoomReport;
import io.flywheel.v1.WatchRoomResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One stream that watches a room. While the client does not read, a report gives way to the next
 * one, and the oldest rewards and arrivals to newer ones. Thread-safe.
 */
final class RoomWatcher extends Watcher<WatchRoomResponse, WatchRoomResponse> {
  private static final int MAX_WAITING = 64;

  @GuardedBy("lock")
  private final Deque<WatchRoomResponse> told = new ArrayDeque<>();

  @GuardedBy("lock")
  private @Nullable RoomReport report;

  RoomWatcher(ServerCallStreamObserver<WatchRoomResponse> stream) {
    super(stream);
  }

  /** Takes the latest figures; never waits for the client. */
  void offer(RoomReport latest) {
    lock.lock();
    try {
      report = latest;
      signal();
    } finally {
      lock.unlock();
    }
  }

  /** Takes rewards that went out, or somebody who came; never waits for the client. */
  void offer(WatchRoomResponse news) {
    lock.lock();
    try {
      if (told.size() == MAX_WAITING) {
        told.remove();
      }
      told.add(news);
      signal();
    } finally {
      lock.unlock();
    }
  }

  @Override
  @GuardedBy("lock")
  protected @Nullable WatchRoomResponse poll() {
    if (report != null) {
      WatchRoomResponse next = WatchRoomResponse.newBuilder().setReport(report).build();
      report = null;
      return next;
    }
    return told.poll();
  }

  @Override
  protected void send(WatchRoomResponse next, StreamObserver<WatchRoomResponse> to) {
    to.onNext(next);
  }
}
