package io.flywheel.client;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Whether it makes sense to talk to the service: there is a network, and the app is in front.
 * Thread-safe.
 */
final class Surroundings implements AutoCloseable {
  private final Network network;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Network.Listening ofNetwork;
  private volatile boolean inFront = true;

  Surroundings(Network network) {
    this.network = network;
    this.ofNetwork = network.onChange(this::tell);
  }

  boolean hasNetwork() {
    return network.isThere();
  }

  boolean isInFront() {
    return inFront;
  }

  /** Whether streams are kept open. */
  boolean allowStreams() {
    return inFront && network.isThere();
  }

  void setInFront(boolean nowInFront) {
    if (inFront != nowInFront) {
      inFront = nowInFront;
      tell();
    }
  }

  Network.Listening onChange(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public void close() {
    ofNetwork.close();
    listeners.clear();
  }

  private void tell() {
    listeners.forEach(Runnable::run);
  }
}
