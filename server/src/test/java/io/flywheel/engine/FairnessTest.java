package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.grpc.Budget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Nobody's storm takes the room or the turn of another. */
final class FairnessTest {
  @Test
  void aMerchantWithOneActionWaitsForAFewOfAnothersAndNotForAll() {
    LaneQueue<String> queue = new LaneQueue<>();
    for (int i = 0; i < 10_000; i++) {
      queue.add("storm", "storm-" + i);
    }
    queue.add("shop", "shop-0");
    List<String> batch = new ArrayList<>();
    queue.drainTo(batch, 32);
    assertThat(batch).hasSize(32).contains("shop-0");
    assertThat(queue.isShared()).isTrue();
  }

  @Test
  void whatWaitsIsTakenOnceAndInTheOrderOfItsMerchant() {
    Random random = new Random(20261129);
    LaneQueue<String> queue = new LaneQueue<>();
    Map<String, Deque<String>> expected = new HashMap<>();
    int added = 0;
    int taken = 0;
    for (int i = 0; i < 5_000 || taken < added; i++) {
      if (random.nextBoolean() && i < 5_000) {
        String merchant = "m" + random.nextInt(5);
        String entry = merchant + "-" + added++;
        expected.computeIfAbsent(merchant, key -> new ArrayDeque<>()).add(entry);
        queue.add(merchant, entry);
      } else {
        List<String> batch = new ArrayList<>();
        queue.drainTo(batch, 1 + random.nextInt(60));
        taken += batch.size();
        batch.forEach(entry ->
            assertThat(entry)
                .isEqualTo(Objects.requireNonNull(expected.get(entry.substring(0, 2))).remove()));
      }
    }
    assertThat(queue.isEmpty()).isTrue();
    assertThat(taken).isEqualTo(added).isGreaterThan(1_000);
  }

  @Test
  void aStormLeavesRoomForWhoeverComesNext() {
    Permits permits = new Permits(1_200);
    assertThat(takeAll(permits, "a")).isEqualTo(600);
    assertThat(takeAll(permits, "b")).isEqualTo(300);
    assertThat(takeAll(permits, "c")).isEqualTo(150);
    assertThat(permits.tryTake("newcomer", 100)).isTrue();
    permits.give("a", 600);
    assertThat(permits.free()).isEqualTo(650);
    assertThat(permits.tryTake("newcomer", 200)).isTrue();
  }

  @Test
  void thoseWhoWaitForRoomAreServedInTheirOrderAndHoldUpNoOtherMerchant() throws Exception {
    Permits permits = new Permits(100);
    assertThat(permits.tryTake("a", 50)).isTrue();
    CompletableFuture<Boolean> first = takeWhenRoom(permits, "a", 40);
    await(() -> !permits.tryTake("a", 1)); // somebody of the merchant waits already
    CompletableFuture<Boolean> second = takeWhenRoom(permits, "a", 1);
    assertThat(permits.tryTake("b", 10)).isTrue();
    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
    permits.give("b", 10);
    permits.give("a", 50);
    assertThat(first.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(permits.free()).isEqualTo(59);
    permits.give("a", 41);
    permits.awaitAll();
  }

  @Test
  void whoeverGivesUpWaitingTakesNothing() throws Exception {
    Permits permits = new Permits(100);
    assertThat(permits.tryTake("a", 50)).isTrue();
    CompletableFuture<Boolean> waiting = new CompletableFuture<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                permits.takeWhenRoom("a", 10);
                waiting.complete(true);
              } catch (InterruptedException e) {
                waiting.complete(false);
              }
            });
    await(() -> thread.getState() == Thread.State.WAITING);
    thread.interrupt();
    assertThat(waiting.get(10, TimeUnit.SECONDS)).isFalse();
    permits.give("a", 50);
    assertThat(permits.free()).isEqualTo(100);
    assertThat(permits.tryTake("a", 50)).isTrue();
  }

  @Test
  void aBudgetOfBytesIsNeverExceededAndNeverLost() {
    Random random = new Random(20261129);
    Budget budget = new Budget(10_000);
    record Held(List<String> holders, long bytes) {}
    List<Held> held = new ArrayList<>();
    long total = 0;
    for (int i = 0; i < 20_000; i++) {
      if (random.nextInt(3) > 0) {
        List<String> holders = List.of("address " + random.nextInt(3), "m" + random.nextInt(3));
        long bytes = 1L + random.nextInt(2_000);
        if (budget.take(holders, bytes)) {
          held.add(new Held(holders, bytes));
          total += bytes;
        }
        assertThat(total).isLessThanOrEqualTo(10_000);
      } else if (!held.isEmpty()) {
        Held back = held.remove(random.nextInt(held.size()));
        budget.give(back.holders(), back.bytes());
        total -= back.bytes();
      }
    }
    held.forEach(back -> budget.give(back.holders(), back.bytes()));
    assertThat(budget.take(List.of("whole"), 10_000)).isTrue();
    assertThat(budget.take(List.of("other"), 1)).isFalse();
  }

  @Test
  void batchesOfASharedLaneGetShorterUntilTheyRunInTime() {
    BatchLimit limit = new BatchLimit(1_000);
    for (int i = 0; i < 100; i++) {
      limit.ran(limit.limit(), limit.limit() * TimeUnit.MICROSECONDS.toNanos(60));
    }
    assertThat(limit.limit()).isBetween(350, 475);
    for (int i = 0; i < 100; i++) {
      limit.ran(limit.limit(), TimeUnit.MILLISECONDS.toNanos(50));
    }
    assertThat(limit.limit()).isEqualTo(32);
    limit.ran(1, 1);
    assertThat(limit.limit()).isEqualTo(32);
    for (int i = 0; i < 100; i++) {
      limit.ran(limit.limit(), 1);
    }
    assertThat(limit.limit()).isEqualTo(1_000);
  }

  private static int takeAll(Permits permits, String merchant) {
    int taken = 0;
    while (permits.tryTake(merchant, 1)) {
      taken++;
    }
    return taken;
  }

  private static CompletableFuture<Boolean> takeWhenRoom(
      Permits permits, String merchant, int count) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            permits.takeWhenRoom(merchant, count);
            return true;
          } catch (InterruptedException e) {
            return false;
          }
        },
        Thread::startVirtualThread);
  }

  private static void await(java.util.function.BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
