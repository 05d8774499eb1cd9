package io.flywheel.viewer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Viewer;
import io.flywheel.v1.ViewerChange;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One stream that watches a viewer: the standing first, then what each action set off. Changes of
 * which too many wait, because the client does not read them, give way to the standing as it is
 * when the client reads again. What is committed while the standing is read may be told twice, by
 * the standing and by itself, and is never missed. Thread-safe.
 */
final class Watcher {
  private static final int MOST_WAITING = 64;

  private final ServerCallStreamObserver<WatchViewerResponse> stream;
  private final Supplier<Viewer> standing;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Deque<List<Fact>> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean standingDue = true;

  @GuardedBy("lock")
  private boolean ended;

  Watcher(ServerCallStreamObserver<WatchViewerResponse> stream, Supplier<Viewer> standing) {
    this.stream = stream;
    this.standing = standing;
  }

  /** Takes what an action set off; never waits for the client. */
  void offer(List<Fact> facts) {
    lock.lock();
    try {
      if (standingDue) {
        return; // it will be read later than this was committed
      }
      if (waiting.size() == MOST_WAITING) {
        waiting.clear();
        standingDue = true;
      } else {
        waiting.add(facts);
      }
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

  /** Sends what there is to send until the client has gone. */
  void run() {
    try {
      for (Next next = next(); next != null; next = next()) {
        stream.onNext(next.message(standing));
      }
    } catch (RuntimeException e) {
      stream.onError(e);
    }
  }

  /** What one action set off; null: the standing is due. */
  private record Next(@Nullable List<Fact> facts) {
    WatchViewerResponse message(Supplier<Viewer> standing) {
      WatchViewerResponse.Builder response = WatchViewerResponse.newBuilder();
      return facts == null
          ? response.setSnapshot(standing.get()).build()
          : response.setChange(ViewerChange.newBuilder().addAllFacts(facts)).build();
    }
  }

  /** Waits until there is something to send and the client reads; null: it has gone. */
  private @Nullable Next next() {
    lock.lock();
    try {
      while (!ended && !(stream.isReady() && (standingDue || !waiting.isEmpty()))) {
        changed.awaitUninterruptibly();
      }
      if (ended) {
        return null;
      }
      if (standingDue) {
        standingDue = false;
        return new Next(null);
      }
      return new Next(waiting.remove());
    } finally {
      lock.unlock();
    }
  }
}
