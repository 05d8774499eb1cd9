package io.flywheel.bench;

import io.flywheel.client.FlywheelClient;
import io.flywheel.client.Ids;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.RedeemItemRequest;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A flash sale: viewers enter a room and check in, which gives them points, and then all buy the
 * same item, whose stock every purchase counts. The calls take turns, so that a noisy neighbour
 * hits all. Then the same purchases as transactions that lock the stock's row. Used by one thread.
 */
final class HotItem {
  static final String ITEM = "hot";

  private static final String MERCHANT = "bench-hot-item";
  private static final int ROUNDS = 4;
  private static final double LEAST_OF_CHECK_IN = 0.8;
  private static final double LEAST_TIMES_LOCKS = 5;

  private static final String PROGRAM =
      """
      name: hot item
      check_in:
        consecutive:
          - {count: 1, rewards: [points: 10]}
      mall:
        items:
          - {id: hot, title: Hot, price: {points: 10}, stock: 1000000, fulfill_within: 2d}
      """;

  private final TestBed bed;
  private final Plan plan;
  private final Report report;
  private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();
  private long answered;
  private long failed;

  HotItem(TestBed bed, Plan plan, Report report) {
    this.bed = bed;
    this.plan = plan;
    this.report = report;
  }

  /** How many calls took effect. */
  long answered() {
    return answered;
  }

  /** How many calls failed; whether they took effect is unknown. */
  long failed() {
    return failed;
  }

  void run() throws Exception {
    int callers = Collections.max(plan.callers());
    report.part("a hot item, " + callers + " callers");
    List<FlywheelClient> clients =
        bed.withProgram(MERCHANT, ProgramSource.newBuilder().setDocument(PROGRAM).build());
    int each = plan.loadedViewers();
    int first = plan.warmUpViewers();
    Population population = new Population(MERCHANT, first + ROUNDS * each);
    Turns entrances = new Turns(clients, population, HotItem::enter);
    Turns checkIns = new Turns(clients, population, HotItem::checkIn);
    Turns purchases = new Turns(clients, population, HotItem::redeem);
    List<Turns> inTurn = List.of(entrances, checkIns, purchases);
    for (Turns turns : inTurn) {
      turns.take(0, first, callers);
      turns.beginAnew();
    }
    for (int from = first; from < population.size(); from += each) {
      for (Turns turns : inTurn) {
        turns.take(from, from + each, callers);
      }
    }
    report.figure("CheckIn", checkIns.perSecond(), "calls/s");
    report.figure("RedeemItem of one item", purchases.perSecond(), "calls/s");
    requireSold(purchases.inAll());
    double byLocks = byLocks(population);
    report.atLeast(
        "RedeemItem of one item / CheckIn",
        purchases.perSecond() / checkIns.perSecond(),
        LEAST_OF_CHECK_IN);
    report.atLeast(
        "RedeemItem over the wire / SELECT … FOR UPDATE",
        purchases.perSecond() / byLocks,
        LEAST_TIMES_LOCKS);
    Throwable failure = firstFailure.get();
    if (failure != null) {
      report.note("the first failure: " + failure.getMessage());
    }
  }

  private double byLocks(Population population) throws Exception {
    double best = 0;
    for (int connections : plan.transactionConnections()) {
      double perSecond =
          new LockedPurchases(bed.database(), population, ITEM)
              .perSecond(connections, plan.transactions());
      report.figure("SELECT … FOR UPDATE, " + connections + " connections", perSecond, "/s");
      best = Math.max(best, perSecond);
    }
    return best;
  }

  /** Each purchase that was answered has taken one piece, and no other has. */
  private void requireSold(long sold) throws SQLException {
    long counted =
        bed.database()
            .number(
                "SELECT sold FROM mall_stock WHERE merchant_id = '%s' AND item_id = '%s'"
                    .formatted(MERCHANT, ITEM));
    if (counted < sold || counted > sold + failed) {
      report.violation("%d purchases were answered, %d pieces are sold".formatted(sold, counted));
    }
  }

  private static CompletableFuture<?> enter(FlywheelClient client, String viewerId) {
    return client
        .room()
        .enterRoomAsync(
            EnterRoomRequest.newBuilder()
                .setRequestId(Ids.newId())
                .setViewerId(viewerId)
                .setRoomId("sale")
                .build());
  }

  private static CompletableFuture<?> checkIn(FlywheelClient client, String viewerId) {
    return client
        .checkIn()
        .checkInAsync(
            CheckInRequest.newBuilder().setRequestId(Ids.newId()).setViewerId(viewerId).build());
  }

  private static CompletableFuture<?> redeem(FlywheelClient client, String viewerId) {
    return client
        .mall()
        .redeemItemAsync(
            RedeemItemRequest.newBuilder()
                .setRequestId(Ids.newId())
                .setViewerId(viewerId)
                .setItemId(ITEM)
                .build());
  }

  private interface Call {
    CompletableFuture<?> of(FlywheelClient client, String viewerId);
  }

  /** One kind of call, a part of the viewers at a time. */
  private final class Turns {
    private final List<FlywheelClient> clients;
    private final Population population;
    private final Call call;
    private long nanos;
    private long calls;
    private long inAll;

    Turns(List<FlywheelClient> clients, Population population, Call call) {
      this.clients = clients;
      this.population = population;
      this.call = call;
    }

    void take(int from, int to, int callers) throws Exception {
      AtomicInteger next = new AtomicInteger(from);
      long start = System.nanoTime();
      int succeeded =
          Parallel.run(
                  callers,
                  caller ->
                      () -> {
                        int done = 0;
                        int viewer = next.getAndIncrement();
                        for (; viewer < to; viewer = next.getAndIncrement()) {
                          done += succeeds(viewer) ? 1 : 0;
                        }
                        return done;
                      })
              .stream()
              .mapToInt(Integer::intValue)
              .sum();
      nanos += System.nanoTime() - start;
      calls += succeeded;
      inAll += succeeded;
      answered += succeeded;
      failed += to - from - succeeded;
    }

    private boolean succeeds(int viewer) {
      try {
        call.of(clients.get(viewer % clients.size()), population.viewerId(viewer)).join();
        return true;
      } catch (CompletionException e) {
        firstFailure.compareAndSet(null, e.getCause());
        return false;
      }
    }

    /** What came before was a warm-up. */
    void beginAnew() {
      nanos = 0;
      calls = 0;
    }

    long inAll() {
      return inAll;
    }

    double perSecond() {
      return calls / (nanos / 1e9);
    }
  }
}
