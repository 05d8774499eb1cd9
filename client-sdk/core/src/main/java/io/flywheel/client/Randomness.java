package io.flywheel.client;

/**
 * Where ids and the jitter of waits come from; {@code new SecureRandom()::nextBytes} is one.
 * Thread-safe.
 */
@FunctionalInterface
public interface Randomness {
  /** Fills the array with bytes that nobody can guess. */
  void nextBytes(byte[] bytes);

  /** A number from 0 to the bound, both included. */
  default long upTo(long bound) {
    byte[] bytes = new byte[Long.BYTES];
    nextBytes(bytes);
    long number = 0;
    for (byte next : bytes) {
      number = number << Byte.SIZE | (next & 0xFF);
    }
    return bound == Long.MAX_VALUE ? number & bound : (number >>> 1) % (bound + 1);
  }
}
