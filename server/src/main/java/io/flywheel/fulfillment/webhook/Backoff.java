package io.flywheel.fulfillment.webhook;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** When a message that failed is tried again: over three days, each time later. */
final class Backoff {
  private static final List<Duration> DELAYS =
      List.of(
          Duration.ofSeconds(5),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10),
          Duration.ofHours(14),
          Duration.ofHours(20),
          Duration.ofHours(24));

  /** How much shorter or longer a delay is by chance, so that those that failed at once spread. */
  private static final double JITTER = 0.2;

  private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(24);

  private Backoff() {}

  /**
   * When the next attempt is.
   *
   * @param failed how often it has failed, 1 or more
   * @param retryAfter what the endpoint asks for; zero: nothing
   * @return empty: that was the last one
   */
  static Optional<Instant> next(
      int failed, Duration retryAfter, Instant now, RandomGenerator random) {
    if (failed > DELAYS.size()) {
      return Optional.empty();
    }
    Duration delay = DELAYS.get(failed - 1);
    double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
    Instant byChance = now.plusMillis(Math.round(delay.toMillis() * factor));
    Instant asked = now.plus(bounded(retryAfter));
    return Optional.of(byChance.isBefore(asked) ? asked : byChance);
  }

  /** What an endpoint asks for, as far as it is given. */
  static Duration bounded(Duration retryAfter) {
    return retryAfter.compareTo(LONGEST_RETRY_AFTER) < 0 ? retryAfter : LONGEST_RETRY_AFTER;
  }
}
