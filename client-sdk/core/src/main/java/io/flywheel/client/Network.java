package io.flywheel.client;

/**
 * Whether there is a network. While there is none nothing is tried, which saves battery; when there
 * is one again everything is tried at once. On Android a {@code ConnectivityManager} tells; what
 * can't tell is {@link #unknown()}. Thread-safe.
 */
public interface Network {
  /** Whether there is a network, as far as is known. */
  boolean isThere();

  /**
   * Has the listener called after each change: the network went, came, or was replaced by another.
   * Closing the answer ends that.
   */
  Listening onChange(Runnable listener);

  /** The end of a listener. */
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  /** A network that is always taken to be there. */
  static Network unknown() {
    return new Network() {
      @Override
      public boolean isThere() {
        return true;
      }

      @Override
      public Listening onChange(Runnable listener) {
        return () -> {};
      }
    };
  }
}
