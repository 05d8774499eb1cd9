package io.flywheel.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Has everything of a session run by the client's timer, so that none of it needs a lock. */
final class Loop {
  private final Time time;

  Loop(Time time) {
    this.time = time;
  }

  long nowMillis() {
    return time.nowMillis();
  }

  /** Runs a task; drops it where the client was closed. */
  void run(Runnable task) {
    Time.Task unused = after(0, task);
  }

  /** Runs a task later; drops it where the client was closed. */
  Time.Task after(long millis, Runnable task) {
    try {
      return time.after(millis, task);
    } catch (RejectedExecutionException clientClosed) {
      return () -> {};
    }
  }

  /** Runs one of two tasks when a call has ended. */
  <R> void when(
      CompletableFuture<R> call, Consumer<R> answered, Consumer<FlywheelException> failed) {
    CompletableFuture<R> unused =
        call.whenComplete((answer, failure) ->
            run(() -> {
              if (failure == null) {
                answered.accept(answer);
              } else {
                failed.accept(FlywheelException.from(failure));
              }
            }));
  }
}
