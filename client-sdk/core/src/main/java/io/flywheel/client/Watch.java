package io.flywheel.client;

import io.grpc.MethodDescriptor;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Something being watched, until it is closed or the service refuses. A connection that breaks is
 * opened again after a while, without end; the first update is then the whole state. Thread-safe.
 */
public final class Watch<R> implements AutoCloseable {
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private final Executor callbacks;
  private final WatchListener<R> listener;
  private final Line<?, R> line;

  private <Q> Watch(
      FlywheelClient client, MethodDescriptor<Q, R> method, Q request, WatchListener<R> listener) {
    this.callbacks = new Serial(client.callbacks());
    this.listener = listener;
    this.line = new Line<>(client, method, request, new Updates());
  }

  static <Q, R> Watch<R> open(
      FlywheelClient client, MethodDescriptor<Q, R> method, Q request, WatchListener<R> listener) {
    Watch<R> watch = new Watch<>(client, method, request, listener);
    watch.line.pull();
    watch.line.open();
    return watch;
  }

  /**
   * Completes when the watch was closed; fails with a {@link FlywheelException} when the service
   * refuses it for good, or with whatever the listener threw.
   */
  public CompletableFuture<Void> done() {
    return CompletableFuture.allOf(done); // Whoever completes the copy does not end the watch.
  }

  /** Ends the watch. An update that is just being consumed may still finish. */
  @Override
  public void close() {
    done.complete(null);
    line.close();
  }

  private final class Updates implements WatchListener<R> {
    @Override
    public void onUpdate(R update) {
      callbacks.execute(() -> {
        if (done.isDone()) {
          return;
        }
        try {
          listener.onUpdate(update);
        } catch (RuntimeException e) {
          done.completeExceptionally(e);
          line.close();
          return;
        }
        line.pull();
      });
    }

    @Override
    public void onBreak(FlywheelException failure) {
      callbacks.execute(() -> {
        if (!done.isDone()) {
          listener.onBreak(failure);
        }
      });
    }

    @Override
    public void onFailure(FlywheelException failure) {
      callbacks.execute(() -> {
        if (done.completeExceptionally(failure)) {
          listener.onFailure(failure);
        }
      });
    }
  }
}
