package io.flywheel.client;

/**
 * Gets what a call brings: of a call with one answer, either the answer or the failure, once. It is
 * called by the client's callback executor.
 */
public interface Answer<R> {
  /** An answer; of an exchange, the next one. */
  void onAnswer(R answer);

  /** The end without a further answer. */
  void onFailure(FlywheelException failure);

  /** Of an exchange: the service has answered everything and ended it. */
  default void onEnd() {}
}
