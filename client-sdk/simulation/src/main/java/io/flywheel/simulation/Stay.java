package io.flywheel.simulation;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long viewers stay: most look in and go, a few are there until the end. */
public enum Stay {
  /** Half look in for seconds, most others stay for minutes. */
  OF_A_PASSER_BY(40, 1.1),
  /** Minutes, and now and then an hour. */
  OF_A_GUEST(240, 1.0),
  /** An hour or so. */
  OF_A_REGULAR(2_400, 0.6);

  private static final int SHORTEST_SECONDS = 5;
  private static final int LONGEST_SECONDS = 3 * 3_600;

  private final double medianSeconds;
  private final double spread;

  Stay(double medianSeconds, double spread) {
    this.medianSeconds = medianSeconds;
    this.spread = spread;
  }

  /** One viewer's stay. Times spent are log-normally distributed, as audiences' are. */
  public Duration draw(RandomGenerator random) {
    double seconds = medianSeconds * Math.exp(spread * random.nextGaussian());
    double bounded = Math.max(SHORTEST_SECONDS, Math.min(LONGEST_SECONDS, seconds));
    return Duration.ofMillis(Math.round(bounded * 1_000));
  }
}
