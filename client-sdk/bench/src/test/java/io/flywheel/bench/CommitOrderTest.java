package io.flywheel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CommitOrderTest {
  private final CommitOrder order = new CommitOrder(List.of(30L, 10L, 20L, 20L));

  @Test
  void whatBeganBeforeAnyEndNeedNotWait() throws InterruptedException {
    order.awaitTurn(10);
  }

  @Test
  void aTransactionWaitsForAllThatHadEndedBefore() throws Exception {
    CompletableFuture<Boolean> turn = awaitTurn(21);
    order.end(20);
    order.end(30);
    order.end(20);
    assertThat(turn).isNotDone();
    order.end(10);

    assertThat(turn.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void nobodyWaitsForOneThatHasFailed() throws Exception {
    CompletableFuture<Boolean> turn = awaitTurn(11);
    order.giveUp();

    assertThat(turn.get(10, TimeUnit.SECONDS)).isTrue();
  }

  private CompletableFuture<Boolean> awaitTurn(long beganNanos) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        order.awaitTurn(beganNanos);
        return true;
      } catch (InterruptedException e) {
        return false;
      }
    });
  }
}
