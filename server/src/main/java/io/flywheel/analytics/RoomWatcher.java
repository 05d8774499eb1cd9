package io.flywheel.analytics;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.flywheel.v1.RoomReport;
import io.flywheel.v1.RoomRewards;
import io.flywheel.v1.WatchRoomResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One stream that watches a room. While the client does not read, a report gives way to the next
 * one, and the oldest rewards to newer ones. Thread-safe.
 */
final class RoomWatcher {
  private static final int MAX_REWARDS_WAITING = 64;

  private final ServerCallStreamObserver<WatchRoomResponse> stream;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Deque<RoomRewards> rewards = new ArrayDeque<>();

  @GuardedBy("lock")
  private @Nullable RoomReport report;

  @GuardedBy("lock")
  private @Nullable RuntimeException failure;

  @GuardedBy("lock")
  private boolean ended;

  RoomWatcher(ServerCallStreamObserver<WatchRoomResponse> stream) {
    this.stream = stream;
  }

  /** Takes the latest figures; never waits for the client. */
  void offer(RoomReport latest) {
    lock.lock();
    try {
      report = latest;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Takes rewards that went out; never waits for the client. */
  void offer(RoomRewards given) {
    lock.lock();
    try {
      if (rewards.size() == MAX_REWARDS_WAITING) {
        rewards.remove();
      }
      rewards.add(given);
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

  /** The figures can't be read, which ends the stream. */
  void fail(RuntimeException reason) {
    lock.lock();
    try {
      failure = reason;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Sends what there is to send until the client has gone. */
  void run() {
    try {
      for (WatchRoomResponse next = next(); next != null; next = next()) {
        stream.onNext(next);
      }
    } catch (RuntimeException e) {
      stream.onError(e);
    }
  }

  /** Waits until there is something to send and the client reads; null: it has gone. */
  private @Nullable WatchRoomResponse next() {
    lock.lock();
    try {
      while (!ended && failure == null && !(stream.isReady() && somethingWaits())) {
        changed.awaitUninterruptibly();
      }
      if (ended) {
        return null;
      }
      if (failure != null) {
        throw failure;
      }
      WatchRoomResponse.Builder response = WatchRoomResponse.newBuilder();
      if (report != null) {
        response.setReport(report);
        report = null;
      } else {
        response.setRewards(rewards.remove());
      }
      return response.build();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private boolean somethingWaits() {
    return report != null || !rewards.isEmpty();
  }
}
