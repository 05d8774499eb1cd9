package io.flywheel.client;

import java.util.concurrent.Executor;

/** Tells a listener by the executor that the app chose, in order. */
final class Told<R> implements Answer<R> {
  private final Executor callbacks;
  private final Answer<R> listener;

  Told(Executor callbacks, Answer<R> listener) {
    this.callbacks = new Serial(callbacks);
    this.listener = listener;
  }

  @Override
  public void onAnswer(R answer) {
    callbacks.execute(() -> listener.onAnswer(answer));
  }

  @Override
  public void onFailure(FlywheelException failure) {
    callbacks.execute(() -> listener.onFailure(failure));
  }

  @Override
  public void onEnd() {
    callbacks.execute(listener::onEnd);
  }
}
