package io.flywheel.client;

import io.flywheel.v1.ErrorReason;
import io.grpc.Status;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

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
  private final long firstBackoffMillis;
  private final long longestBackoffMillis;
  private final long attemptTimeoutMillis;

  private RetryPolicy(
      int maxAttempts,
      long firstBackoffMillis,
      long longestBackoffMillis,
      long attemptTimeoutMillis) {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts: " + maxAttempts + " (expected: 1 or more)");
    }
    this.maxAttempts = maxAttempts;
    this.firstBackoffMillis = positive("firstBackoff", firstBackoffMillis);
    this.longestBackoffMillis = positive("longestBackoff", longestBackoffMillis);
    this.attemptTimeoutMillis = positive("attemptTimeout", attemptTimeoutMillis);
  }

  /** 5 tries of at most 5 seconds each; backoff from 100 milliseconds to 5 seconds. */
  public static RetryPolicy standard() {
    return new RetryPolicy(5, 100, 5_000, 5_000);
  }

  /** One try, which may take all of the call's deadline. */
  public static RetryPolicy never() {
    return standard().maxAttempts(1).attemptTimeout(1, TimeUnit.DAYS);
  }

  /** How often a call is tried at most, with the first time: 1 or more. */
  public RetryPolicy maxAttempts(int attempts) {
    return new RetryPolicy(
        attempts, firstBackoffMillis, longestBackoffMillis, attemptTimeoutMillis);
  }

  /** The most that is waited before the first repetition, and before any: 1 millisecond or more. */
  public RetryPolicy backoff(long first, long longest, TimeUnit unit) {
    return new RetryPolicy(
        maxAttempts, unit.toMillis(first), unit.toMillis(longest), attemptTimeoutMillis);
  }

  /** How long one try may take: 1 millisecond or more. */
  public RetryPolicy attemptTimeout(long timeout, TimeUnit unit) {
    return new RetryPolicy(
        maxAttempts, firstBackoffMillis, longestBackoffMillis, unit.toMillis(timeout));
  }

  int maxAttempts() {
    return maxAttempts;
  }

  long attemptTimeoutMillis() {
    return attemptTimeoutMillis;
  }

  /** Whether a unary call that failed so may succeed when it is repeated. */
  static boolean isTransient(FlywheelException failure) {
    switch (failure.code()) {
      case UNAVAILABLE:
      case DEADLINE_EXCEEDED:
        return true;
      case RESOURCE_EXHAUSTED:
        return failure.retryAfterMillis().isPresent();
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

  /** Whether whoever can wait may go on trying: not where the request itself is to blame. */
  static boolean isCurable(FlywheelException failure) {
    switch (failure.code()) {
      case INVALID_ARGUMENT:
      case NOT_FOUND:
      case ALREADY_EXISTS:
      case PERMISSION_DENIED:
      case FAILED_PRECONDITION:
      case OUT_OF_RANGE:
      case UNIMPLEMENTED:
      case UNAUTHENTICATED:
        return false;
      case RESOURCE_EXHAUSTED:
        return isTransient(failure);
      default:
        return true;
    }
  }

  /** How long to wait after so many failures in a row, 1 or more. */
  long delayMillisAfter(int failures, FlywheelException latest, Randomness randomness) {
    int doublings = Math.min(failures - 1, 30);
    long ceiling =
        firstBackoffMillis > longestBackoffMillis >> doublings
            ? longestBackoffMillis
            : firstBackoffMillis << doublings;
    return latest.retryAfterMillis().orElse(0) + randomness.upTo(ceiling);
  }

  private static long positive(String name, long millis) {
    if (millis <= 0) {
      throw new IllegalArgumentException(
          name + ": " + millis + " ms (expected: 1 millisecond or more)");
    }
    return millis;
  }
}
