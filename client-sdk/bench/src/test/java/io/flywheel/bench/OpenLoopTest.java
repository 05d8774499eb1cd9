package io.flywheel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class OpenLoopTest {
  private static final long MILLI = 1_000_000;

  @Test
  void callsAreDueAtASteadyRate() {
    OpenLoop loop = new OpenLoop(400, new ManualClock());

    assertThat(loop.dueNanos(0)).isZero();
    assertThat(loop.dueNanos(1)).isEqualTo(2_500_000);
    assertThat(loop.dueNanos(400)).isEqualTo(1_000_000_000);
  }

  @Test
  void aStallIsPartOfEveryCallThatWasDueMeanwhile() {
    ManualClock clock = new ManualClock();
    List<Long> millis = new ArrayList<>();

    new OpenLoop(1_000, clock)
        .run(
            8,
            index -> {
              clock.now += index == 1 ? 5 * MILLI : 0; // the service stalls when it gets this call
              return CompletableFuture.completedFuture(true);
            },
            (index, nanos, failure) -> millis.add(nanos / MILLI));

    // Due at 0, 1, 2 … 7; the stall lasts from 1 to 6.
    assertThat(millis).containsExactly(0L, 5L, 4L, 3L, 2L, 1L, 0L, 0L);
  }

  @Test
  void aFailureIsToldAndTheRestIsCalled() {
    List<Boolean> failed = new ArrayList<>();

    new OpenLoop(1_000, new ManualClock())
        .run(
            3,
            index ->
                index == 1
                    ? CompletableFuture.failedFuture(new IllegalStateException("refused"))
                    : CompletableFuture.completedFuture(true),
            (index, nanos, failure) -> failed.add(failure != null));

    assertThat(failed).containsExactly(false, true, false);
  }

  /** Time passes only while somebody waits for it, or by hand. */
  private static final class ManualClock implements OpenLoop.Clock {
    private long now = 42;

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public void waitUntil(long nanos) {
      now = Math.max(now, nanos);
    }
  }
}
