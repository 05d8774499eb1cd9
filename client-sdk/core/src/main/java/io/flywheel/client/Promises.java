package io.flywheel.client;

import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Futures whose end comes in any case, even after the timer has stopped: when the client is closed
 * at the latest. Thread-safe.
 */
final class Promises implements AutoCloseable {
  private final Map<Object, CompletableFuture<?>> open = new ConcurrentHashMap<>();
  private volatile boolean closed;

  <R> CompletableFuture<R> make() {
    CompletableFuture<R> promise = new CompletableFuture<>();
    Object key = new Object();
    open.put(key, promise);
    CompletableFuture<R> unused = promise.whenComplete((answer, failure) -> open.remove(key));
    if (closed) {
      giveUp(promise);
    }
    return promise;
  }

  /** Those that are open fail now, and those that are made later at once. */
  @Override
  public void close() {
    closed = true;
    open.values().forEach(Promises::giveUp);
  }

  private static void giveUp(CompletableFuture<?> promise) {
    promise.completeExceptionally(
        FlywheelException.from(
            Status.CANCELLED.withDescription("the client was closed meanwhile"), null));
  }
}
