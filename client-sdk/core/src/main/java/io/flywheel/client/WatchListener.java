package io.flywheel.client;

/**
 * Gets what a watch brings, one call after the other, by the client's callback executor. While it
 * blocks, the service holds updates back and sends the latest state instead of what was missed.
 */
public interface WatchListener<R> {
  /**
   * The next update; after each break the first one is the whole state. What it throws ends the
   * watch.
   */
  void onUpdate(R update);

  /** The watch was broken off and will be opened again. */
  default void onBreak(FlywheelException failure) {}

  /** The service refuses the watch for good; nothing follows. */
  default void onFailure(FlywheelException failure) {}
}
