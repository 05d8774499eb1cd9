package io.flywheel.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A network that a test switches. */
final class SwitchedNetwork implements Network {
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile boolean there = true;

  @Override
  public boolean isThere() {
    return there;
  }

  @Override
  public Listening onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  void set(boolean nowThere) {
    there = nowThere;
    listeners.forEach(Runnable::run);
  }
}
