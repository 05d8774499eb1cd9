package io.flywheel.viewer;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
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
  private static final int MAX_WAITING = 64;
  private static final long BEING_READ = Long.MAX_VALUE;

  private final ServerCallStreamObserver<WatchViewerResponse> stream;
  private final Supplier<Viewer> standing;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Deque<List<Fact>> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean standingDue = true;

  /** Something may have been missed: the standing is told if it is another than the last one. */
  @GuardedBy("lock")
  private boolean doubtful;

  /** The version of the program by which the standing that was sent last was reckoned. */
  @GuardedBy("lock")
  private long standingVersion = BEING_READ;

  @GuardedBy("lock")
  private long programVersion;

  @GuardedBy("lock")
  private boolean ended;

  /** Stands for the standing that the client was told and nothing since; of the sender's thread. */
  private @Nullable HashCode toldLast;

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
      if (waiting.size() == MAX_WAITING) {
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

  /** Something may have been committed that is not offered. */
  void missed() {
    lock.lock();
    try {
      if (!standingDue) {
        doubtful = true;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sends the standing again if it was reckoned by an older version of the program. */
  void programIs(long version) {
    lock.lock();
    try {
      programVersion = version;
      renewIfOld();
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
        send(next);
      }
    } catch (RuntimeException e) {
      stream.onError(e);
    }
  }

  private sealed interface Next {}

  /** What one action set off. */
  private record Change(List<Fact> facts) implements Next {}

  /** The standing, or only if it is another than the client was told. */
  private record StandingDue(boolean onlyIfOther) implements Next {}

  private void send(Next next) {
    switch (next) {
      case Change change -> {
        toldLast = null;
        stream.onNext(
            WatchViewerResponse.newBuilder()
                .setChange(ViewerChange.newBuilder().addAllFacts(change.facts()))
                .build());
      }
      case StandingDue due -> {
        Viewer viewer = readStanding();
        HashCode told = Hashing.sha256().hashBytes(viewer.toByteArray());
        if (!due.onlyIfOther() || !told.equals(toldLast)) {
          stream.onNext(WatchViewerResponse.newBuilder().setSnapshot(viewer).build());
        }
        toldLast = told;
      }
    }
  }

  private Viewer readStanding() {
    Viewer viewer = standing.get();
    lock.lock();
    try {
      standingVersion = viewer.getProgramVersion();
      renewIfOld();
    } finally {
      lock.unlock();
    }
    return viewer;
  }

  @GuardedBy("lock")
  private void renewIfOld() {
    if (standingVersion < programVersion) {
      waiting.clear(); // the standing will tell of it
      standingDue = true;
      changed.signal();
    }
  }

  /** Waits until there is something to send and the client reads; null: it has gone. */
  private @Nullable Next next() {
    lock.lock();
    try {
      while (!ended && !(stream.isReady() && (standingDue || doubtful || !waiting.isEmpty()))) {
        changed.awaitUninterruptibly();
      }
      if (ended) {
        return null;
      }
      if (!waiting.isEmpty()) {
        return new Change(waiting.remove());
      }
      StandingDue next = new StandingDue(!standingDue);
      standingDue = false;
      standingVersion = BEING_READ;
      doubtful = false; // whatever it was, it was committed before the standing is read
      return next;
    } finally {
      lock.unlock();
    }
  }
}
