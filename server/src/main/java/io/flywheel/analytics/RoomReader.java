package io.flywheel.analytics;

import io.flywheel.platform.grpc.WatchedThings;
import io.flywheel.v1.RoomReport;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the figures of a room that is watched, about once a second, and more seldom where reading
 * them takes long. Used by one thread.
 */
final class RoomReader implements WatchedThings.Reader<RoomReport> {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Reading never takes more than a tenth of the time. */
  private static final int PAUSES_PER_READ = 9;

  private final Supplier<RoomReport> report;
  private final Semaphore turns;
  private @Nullable RoomReport latest;
  private Duration took = Duration.ZERO;

  /**
   * A room's reader.
   *
   * @param report reads the figures
   * @param turns one is taken for each read; waiting for it is not part of what reading takes
   */
  RoomReader(Supplier<RoomReport> report, Semaphore turns) {
    this.report = report;
    this.turns = turns;
  }

  @Override
  public @Nullable RoomReport read() {
    turns.acquireUninterruptibly();
    long began = System.nanoTime();
    try {
      RoomReport read = report.get();
      if (latest != null && sameFigures(latest, read)) {
        return null;
      }
      latest = read;
      return read;
    } finally {
      turns.release();
      took = Duration.ofNanos(System.nanoTime() - began);
    }
  }

  @Override
  public Duration pause() {
    Duration shortest = INTERVAL.minus(took);
    Duration fair = took.multipliedBy(PAUSES_PER_READ);
    return shortest.compareTo(fair) > 0 ? shortest : fair;
  }

  /** Whether two reports differ in nothing but when they were read. */
  private static boolean sameFigures(RoomReport one, RoomReport other) {
    return one.toBuilder().setReadAt(other.getReadAt()).build().equals(other);
  }
}
