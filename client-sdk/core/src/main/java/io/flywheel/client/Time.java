package io.flywheel.client;

/**
 * The time, and what is to be done later. Tasks are run one after the other; they are short and
 * don't block. Thread-safe.
 */
public interface Time {
  /** The wall clock, in milliseconds since 1970. */
  long nowMillis();

  /**
   * Runs a task after so many milliseconds.
   *
   * @throws java.util.concurrent.RejectedExecutionException if this time has been stopped
   */
  Task after(long delayMillis, Runnable task);

  /** Takes no more tasks; those that were taken may still be run. */
  void stop();

  /** A task to come. */
  interface Task {
    /** Drops it, unless it has begun. */
    void cancel();
  }
}
