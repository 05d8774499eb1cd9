package io.flywheel.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Throwables;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class RecurrenceTest {
  private static final int ROUNDS = 40;

  /** As the settlement is: an error that ended it would leave everything undone for ever after. */
  @Test
  void whateverARoundEndsWithTheNextOneComes() throws Exception {
    Random random = new Random(20261129);
    List<Supplier<Throwable>> failures =
        List.of(
            () -> new OutOfMemoryError("made by the test"),
            () -> new StackOverflowError("made by the test"),
            () -> new LinkageError("made by the test"),
            () -> new AssertionError("made by the test"),
            () -> new IllegalStateException("made by the test"),
            () -> new IOException("made by the test"));
    CountDownLatch rounds = new CountDownLatch(ROUNDS);
    AtomicInteger failed = new AtomicInteger();
    ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    try {
      Recurrence.begin(
          timer,
          Duration.ofMillis(1),
          "a round",
          () -> {
            rounds.countDown();
            if (random.nextInt(3) > 0) {
              failed.incrementAndGet();
              Throwable failure = failures.get(random.nextInt(failures.size())).get();
              Throwables.throwIfInstanceOf(failure, Exception.class);
              throw (Error) failure;
            }
          });
      assertThat(rounds.await(60, TimeUnit.SECONDS)).as("%d rounds", ROUNDS).isTrue();
    } finally {
      timer.shutdownNow();
    }
    assertThat(failed.get()).isGreaterThan(ROUNDS / 3);
  }
}
