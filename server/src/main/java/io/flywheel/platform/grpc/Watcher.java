package io.flywheel.platform.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A stream that tells a client what changes, as fast as the client reads. What waits meanwhile is
 * the subclass's to keep and to bound: it notes changes under the lock, where nobody ever waits for
 * the client, and is asked for the next one once the client reads. Thread-safe.
 *
 * @param <A> what is sent
 * @param <N> what waits
 */
public abstract class Watcher<A, N> {
  /** Guards what waits. */
  protected final ReentrantLock lock = new ReentrantLock();

  private final Condition changed = lock.newCondition();
  private final ServerCallStreamObserver<A> stream;

  @GuardedBy("lock")
  private @Nullable RuntimeException failure;

  @GuardedBy("lock")
  private boolean ended;

  /** Serves a stream of the call that the current thread works on. */
  protected Watcher(ServerCallStreamObserver<A> stream) {
    this.stream = stream;
    stream.setOnReadyHandler(this::wake);
    stream.setOnCancelHandler(this::end);
  }

  /** Takes the next of what waits; null: nothing does. */
  @GuardedBy("lock")
  protected abstract @Nullable N poll();

  /** Sends what was taken, on the watcher's own thread and without the lock. */
  protected abstract void send(N next, StreamObserver<A> to);

  /** To be called when something waits. */
  @GuardedBy("lock")
  protected final void signal() {
    changed.signal();
  }

  /** What is watched can't be read, which ends the stream. */
  public final void fail(RuntimeException reason) {
    lock.lock();
    try {
      failure = reason;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Sends what there is to send until the client has gone. */
  public final void run() {
    try {
      for (N next = next(); next != null; next = next()) {
        send(next, stream);
      }
    } catch (RuntimeException e) {
      stream.onError(e);
    }
  }

  /** Waits until the client reads and something waits; null: it has gone. */
  private @Nullable N next() {
    lock.lock();
    try {
      while (!ended) {
        if (failure != null) {
          throw failure;
        }
        N next = stream.isReady() ? poll() : null;
        if (next != null) {
          return next;
        }
        changed.awaitUninterruptibly();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void end() {
    lock.lock();
    try {
      ended = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }
}
