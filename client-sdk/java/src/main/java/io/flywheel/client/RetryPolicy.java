package io.flywheel.client;

import io.flywheel.v1.ErrorReason;
import io.grpc.Status;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When and how often a call is tried again. Immutable.
 *
 * <p>Tried again is what may well succeed later: UNAVAILABLE, RESOURCE_EXHAUSTED when the service
 * says how long to wait, and a try that took longer than {@link #attemptTimeout}. The wait before
 * the n-th repetition is random between 0 and {@code firstBackoff * 2^(n-1)}, at most {@code
 * longestBackoff}, on top of what the service asks for. Nothing is tried again beyond the call's
 * deadline.
 */
public final class RetryPolicy {
  /** How errors look that a connection or a proxy made up when it broke off a stream. */
  private static final Set<Status.Code> BROKEN_OFF =
      EnumSet.of(
          Status.Code.INTERNAL,
          Status.Code.UNKNOWN,
          Status.Code.CANCELLED,
          Status.Code.DEADLINE_EXCEEDED);

  private final int maxAttempts;
  private final Duration firstBackoff;
  private final Duration longestBackoff;
  private final Duration attemptTimeout;

  private RetryPolicy(
      int maxAttempts, Duration firstBackoff, Duration longestBackoff, Duration attemptTimeout) {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts: " + maxAttempts + " (expected: 1 or more)");
    }
    this.maxAttempts = maxAttempts;
    this.firstBackoff = positive("firstBackoff", firstBackoff);
    this.longestBackoff = positive("longestBackoff", longestBackoff);
    this.attemptTimeout = positive("attemptTimeout", attemptTimeout);
  }

  /** 5 tries of at most 5 seconds each; backoff from 100 milliseconds to 5 seconds. */
  public static RetryPolicy standard() {
    return new RetryPolicy(5, Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofSeconds(5));
  }

  /** One try, which may take all of the call's deadline. */
  public static RetryPolicy never() {
    return standard().maxAttempts(1).attemptTimeout(Duration.ofDays(1));
  }

  /** How often a call is tried at most, with the first time: 1 or more. */
  public RetryPolicy maxAttempts(int attempts) {
    return new RetryPolicy(attempts, firstBackoff, longestBackoff, attemptTimeout);
  }

  /** The most that is waited before the first repetition, and before any. */
  public RetryPolicy backoff(Duration first, Duration longest) {
    return new RetryPolicy(maxAttempts, first, longest, attemptTimeout);
  }

  /** How long one try may take. */
  public RetryPolicy attemptTimeout(Duration timeout) {
    return new RetryPolicy(maxAttempts, firstBackoff, longestBackoff, timeout);
  }

  int maxAttempts() {
    return maxAttempts;
  }

  Duration attemptTimeout() {
    return attemptTimeout;
  }

  /** Whether a unary call that failed so may succeed when it is repeated. */
  static boolean isTransient(FlywheelException failure) {
    switch (failure.code()) {
      case UNAVAILABLE:
      case DEADLINE_EXCEEDED:
        return true;
      case RESOURCE_EXHAUSTED:
        return failure.retryAfter().isPresent();
      default:
        return false;
    }
  }

  /**
   * Whether a stream that ended so is worth opening again: also when something between here and the
   * service cut it.
   */
  static boolean isTransientForStream(FlywheelException failure) {
    boolean fromService = failure.reason() != ErrorReason.ERROR_REASON_UNSPECIFIED;
    return isTransient(failure) || (!fromService && BROKEN_OFF.contains(failure.code()));
  }

  /** How long to wait after so many failures in a row, 1 or more. */
  Duration delayAfter(int failures, FlywheelException latest) {
    long first = firstBackoff.toNanos();
    long longest = longestBackoff.toNanos();
    int doublings = Math.min(failures - 1, 30);
    long ceiling = first > longest >> doublings ? longest : first << doublings;
    Duration jitter = Duration.ofNanos(ThreadLocalRandom.current().nextLong(ceiling + 1));
    return latest.retryAfter().orElse(Duration.ZERO).plus(jitter);
  }

  private static Duration positive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: more than 0)");
    }
    return value;
  }
}
