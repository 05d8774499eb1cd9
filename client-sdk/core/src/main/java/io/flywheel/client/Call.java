package io.flywheel.client;

/** A call under way. Thread-safe. */
public interface Call {
  /**
   * Gives the call up, unless it has ended; its listener is told of a failure with code CANCELLED.
   * A write may have taken effect all the same.
   */
  void cancel();
}
