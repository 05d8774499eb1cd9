package io.flywheel.client;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Something being watched by asking for update after update: what is not asked for waits at the
 * service, which sends the latest state then. A connection that breaks is opened again after a
 * while, without end; the first update is then the whole state. Thread-safe, for one reader at a
 * time.
 */
public final class Updates<R> implements AutoCloseable {
  private final Line<?, R> line;
  // Both are guarded by this.
  private @Nullable CompletableFuture<R> waiting;
  private @Nullable FlywheelException end;

  private <Q> Updates(FlywheelClient client, MethodDescriptor<Q, R> method, Q request) {
    line = new Line<>(client, method, request, new Reader());
  }

  static <Q, R> Updates<R> open(FlywheelClient client, MethodDescriptor<Q, R> method, Q request) {
    Updates<R> updates = new Updates<>(client, method, request);
    updates.line.open();
    return updates;
  }

  /**
   * Waits for the next update, as long as it takes.
   *
   * @throws FlywheelException if the service refuses the watch for good; with code CANCELLED if it
   *     is closed or the thread is interrupted
   */
  public R next() {
    try {
      return nextAsync().get();
    } catch (ExecutionException e) {
      throw FlywheelException.from(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw FlywheelException.from(Status.CANCELLED.withDescription("interrupted"), null);
    }
  }

  /**
   * The next update, when it comes; the same future for whoever asks again before. Fails as {@link
   * #next} does.
   */
  public CompletableFuture<R> nextAsync() {
    CompletableFuture<R> next;
    synchronized (this) {
      if (waiting != null) {
        return waiting;
      }
      next = new CompletableFuture<>();
      if (end != null) {
        next.completeExceptionally(end);
        return next;
      }
      waiting = next;
    }
    line.pull();
    return next;
  }

  /** Ends the watch. */
  @Override
  public void close() {
    line.close();
    end(FlywheelException.from(Status.CANCELLED.withDescription("the watch was closed"), null));
  }

  private void end(FlywheelException failure) {
    CompletableFuture<R> unanswered;
    synchronized (this) {
      if (end == null) {
        end = failure;
      }
      unanswered = waiting;
      waiting = null;
    }
    if (unanswered != null) {
      unanswered.completeExceptionally(failure);
    }
  }

  private final class Reader implements WatchListener<R> {
    @Override
    public void onUpdate(R update) {
      CompletableFuture<R> answered;
      synchronized (Updates.this) {
        answered = waiting;
        waiting = null;
      }
      if (answered != null) {
        answered.complete(update);
      }
    }

    @Override
    public void onFailure(FlywheelException failure) {
      end(failure);
    }
  }
}
