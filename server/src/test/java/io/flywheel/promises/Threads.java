package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;

/** Many callers at a time. */
final class Threads {
  private Threads() {}

  /** Lets every thread begin at the same moment, and returns what each came to. */
  static <T> List<T> together(int count, IntFunction<T> work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(count);
    List<Callable<T>> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      calls.add(() -> {
        start.await();
        return work.apply(number);
      });
    }
    List<T> results = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(count)) {
      for (Future<T> result : executor.invokeAll(calls)) {
        results.add(result.get());
      }
    } catch (ExecutionException e) {
      throw new AssertionError("one of the callers failed", e.getCause());
    }
    return results;
  }

  /** Waits for something that has to come about, but not for ever. */
  static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting until " + what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }
}
