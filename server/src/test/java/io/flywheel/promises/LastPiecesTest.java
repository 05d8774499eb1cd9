package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.points.LedgerAuditDao;
import io.flywheel.testing.Refusals;
import io.flywheel.testing.TestDatabase;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.MallServiceGrpc;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.RedeemItemRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A crowd buys the last pieces of an item on two nodes, of which one is killed again and again:
 * whoever got no answer asks again, as clients do. Nothing is sold twice, and nobody pays for
 * nothing.
 */
final class LastPiecesTest {
  private static final String MERCHANT = "m";
  private static final int BUYERS = 200;
  private static final int PIECES = 100;
  private static final int WAVES = 4;

  private static final String PROGRAM =
      """
      name: mall
      mall:
        items:
          - id: rare
            title: Rare
            price: {points: 10}
            stock: 100
            rewards: [coupon: {coupon_id: rare}]
      """;

  /** What became of buyers, by their ids: "bought", or the reason of the refusal. */
  private final Map<String, String> outcomes = new ConcurrentHashMap<>();

  /** The nodes to try, one after the other. */
  private final List<ManagedChannel> nodes = new CopyOnWriteArrayList<>();

  @Test
  void theLastPiecesAreSoldOnceWhateverIsKilled() throws Exception {
    Path folder = Files.createTempDirectory("flywheel-pieces");
    try (TestServer server = TestServer.start();
        ExecutorService crowd = Executors.newVirtualThreadPerTaskExecutor()) {
      List<String> arguments = new ArrayList<>(ChildServer.arguments(server));
      arguments.add("--cluster.redis-url=none");
      try (ChildServer lasting = ChildServer.start(arguments, folder)) {
        nodes.add(ChildServer.channel(lasting.port(), MERCHANT));
        prepare(nodes.getFirst());
        List<Future<?>> buyers = new ArrayList<>();
        for (int wave = 0; wave < WAVES; wave++) {
          boolean isLast = wave == WAVES - 1;
          try (ChildServer victim = isLast ? lasting : ChildServer.start(arguments, folder)) {
            ManagedChannel there = ChildServer.channel(victim.port(), MERCHANT);
            nodes.add(there);
            for (int i = wave; i < BUYERS; i += WAVES) {
              String buyer = "v" + i;
              int first = i / WAVES % 2;
              buyers.add(crowd.submit(() -> buy(buyer, first)));
            }
            int enough = outcomes.size() + BUYERS / WAVES / 3;
            Threads.await("a third of the wave is answered", () -> outcomes.size() >= enough);
            if (!isLast) {
              victim.kill();
            } else {
              for (Future<?> each : buyers) {
                each.get(1, TimeUnit.MINUTES);
              }
            }
            nodes.remove(there);
            there.shutdownNow();
          }
        }
      }
      check(server);
    } finally {
      nodes.forEach(ManagedChannel::shutdownNow);
      TestDatabase.deleteRecursively(folder);
    }
  }

  private static void prepare(ManagedChannel channel) {
    var unused =
        ProgramServiceGrpc.newBlockingStub(channel)
            .applyProgram(
                ApplyProgramRequest.newBuilder()
                    .setRequestId("apply")
                    .setSource(ProgramSource.newBuilder().setDocument(PROGRAM))
                    .build());
    for (int i = 0; i < BUYERS; i++) {
      assertThat(
              PointsServiceGrpc.newBlockingStub(channel)
                  .adjustPoints(
                      AdjustPointsRequest.newBuilder()
                          .setRequestId("give")
                          .setViewerId("v" + i)
                          .setAmount(10)
                          .setReason("test")
                          .build())
                  .getBalance())
          .isEqualTo(10);
    }
  }

  /** Asks until somebody answers, with one id all the time. */
  private void buy(String buyer, int firstNode) {
    RedeemItemRequest request =
        RedeemItemRequest.newBuilder()
            .setRequestId("buy")
            .setViewerId(buyer)
            .setItemId("rare")
            .build();
    for (int attempt = firstNode; !outcomes.containsKey(buyer); attempt++) {
      assertThat(attempt).as("attempts of " + buyer).isLessThan(10_000);
      List<ManagedChannel> known = List.copyOf(nodes);
      ManagedChannel node = known.get(attempt % known.size());
      try {
        var unused =
            MallServiceGrpc.newBlockingStub(node)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .redeemItem(request);
        outcomes.put(buyer, "bought");
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
          outcomes.put(buyer, Refusals.reasonOf(e));
        }
      }
    }
  }

  private void check(TestServer server) {
    assertThat(outcomes).hasSize(BUYERS);
    assertThat(outcomes.values().stream().filter("bought"::equals)).hasSize(PIECES);
    assertThat(outcomes.values()).containsOnly("bought", "SOLD_OUT");
    Map<String, Long> counts =
        server
            .instance(Database.class)
            .read(handle ->
                Map.of(
                    "sold",
                    handle
                        .createQuery("SELECT SUM(sold) FROM mall_stock WHERE merchant_id = 'm'")
                        .mapTo(Long.class)
                        .one(),
                    "redemptions",
                    handle
                        .createQuery("SELECT COUNT(*) FROM redemption WHERE merchant_id = 'm'")
                        .mapTo(Long.class)
                        .one(),
                    "coupons",
                    handle
                        .createQuery("SELECT COUNT(*) FROM viewer_coupon WHERE merchant_id = 'm'")
                        .mapTo(Long.class)
                        .one()));
    assertThat(counts.values()).as(counts.toString()).containsOnly((long) PIECES);
    ManagedChannel channel = server.channel(server.tokenFor(MERCHANT, Role.PLATFORM, "test"));
    outcomes.forEach((buyer, outcome) ->
        assertThat(
                PointsServiceGrpc.newBlockingStub(channel)
                    .getBalance(GetBalanceRequest.newBuilder().setViewerId(buyer).build())
                    .getBalance())
            .as(buyer)
            .isEqualTo(outcome.equals("bought") ? 0 : 10));
    assertThat(server.instance(LedgerAuditDao.class).findings(MERCHANT)).isEmpty();
  }
}
