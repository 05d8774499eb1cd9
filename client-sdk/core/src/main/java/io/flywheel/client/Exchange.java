package io.flywheel.client;

/**
 * Requests and answers that flow both ways over one connection, as they are: what breaks is not
 * opened again. Thread-safe.
 */
public interface Exchange<Q> extends Call, AutoCloseable {
  /** Sends the next request. */
  void send(Q request);

  /** Says that no request follows; answers may. */
  @Override
  void close();
}
