package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.Settlement;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.BudgetServiceGrpc;
import io.flywheel.v1.BudgetView;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.Fact;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.Liked;
import io.flywheel.v1.ListBudgetsRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Budgets that many lanes take from at a time: on two servers with four lanes each, no batch waits
 * for a large budget's row, all of it is given, and never more.
 */
final class BudgetLanesTest extends TwoServers {
  private static final int LANES = 4;
  private static final int CALLERS = 8;
  private static final int VIEWERS = 200;

  BudgetLanesTest() {
    super(TestServer.builder().setting("engine.lanes", LANES));
  }

  /** A like pays ten points, of the program's budget and of the task's own. */
  private void apply(String requestId, long points, long tiers) {
    ways.get(0)
        .apply(
            requestId,
            """
            budgets: [{id: pool, title: Pool, points: %d}]
            tasks:
            - id: like
              title: Like
              trigger: like
              repeat: true
              budget: {tiers: %d}
              tiers: [{threshold: 1, rewards: [points: 10]}]
            """
                .formatted(points, tiers));
  }

  /** More is asked for than there is, in tens of batches at a time. */
  @Test
  void allOfABudgetIsGivenAndNoMoreHoweverManyLanesAndNodesAskForIt() throws Exception {
    apply("apply", 30_000, 1_000_000);
    List<Fact> facts = likeTogether(25, 20, "like");
    assertThat(points(facts)).isEqualTo(30_000);
    assertThat(withheld(facts)).isEqualTo(CALLERS * 25 * 20 - 3_000);
    assertThat(notices(facts)).containsExactlyInAnyOrder(80, 100);
    assertThat(balances()).isEqualTo(30_000);
    BudgetView view = view();
    assertThat(view.getPoints()).isEqualTo(30_000);
    assertThat(view.getWithheld()).isEqualTo(CALLERS * 25 * 20 - 3_000);
  }

  @Test
  void aTasksOwnBudgetIsGivenToTheLastTierAndNoMore() throws Exception {
    apply("apply", 1_000_000_000, 2_500);
    List<Fact> facts = likeTogether(20, 20, "like");
    assertThat(points(facts)).isEqualTo(25_000);
    assertThat(withheld(facts)).isEqualTo(CALLERS * 20 * 20 - 2_500);
    assertThat(balances()).isEqualTo(25_000);
    assertThat(view().getPoints()).isEqualTo(25_000);
  }

  /** Somebody else holds the rows of both budgets, and all lanes go on. */
  @Test
  void noBatchWaitsForTheRowOfALargeBudget() throws Exception {
    apply("apply", 100_000_000, 10_000_000);
    var unused = ways.get(0).ingest(likes("first", "v0", 1));
    try (Handle holder = server.instance(Database.class).jdbi().open()) {
      holder.begin();
      lock(holder, "SELECT budget_id FROM budget_spent WHERE merchant_id = ? FOR UPDATE");
      lock(holder, "SELECT task_id FROM task_budget WHERE merchant_id = ? FOR UPDATE");
      // Each call would end with DEADLINE_EXCEEDED, or the database's lock timeout before it.
      assertThat(points(likeTogether(10, 25, "held"))).isEqualTo(CALLERS * 10 * 25 * 10);
      assertThat(view().getPoints())
          .as("what shares have given is told though the whole is locked")
          .isEqualTo(10 + CALLERS * 10 * 25 * 10);
      holder.rollback();
    }
    assertThat(balances()).isEqualTo(10 + CALLERS * 10 * 25 * 10);
  }

  /** What the dead server's lanes had left is given by the others, exactly. */
  @Test
  void whatAKilledServersLanesHadLeftIsGivenByOthers(@TempDir Path folder) throws Exception {
    server.clock().set(Instant.now());
    apply("apply", 40_000, 1_000_000);
    List<String> arguments = new ArrayList<>(ChildServer.arguments(server));
    arguments.add("--cluster.redis-url=none");
    arguments.add("--engine.lanes=" + LANES);
    List<List<Event>> calls = new ArrayList<>();
    for (int call = 0; call < 60; call++) {
      calls.add(batch(20, "killed-" + call));
    }
    AtomicInteger answered = new AtomicInteger();
    try (ChildServer victim = ChildServer.start(arguments, folder)) {
      ManagedChannel channel = ChildServer.channel(victim.port(), merchant);
      try {
        Threads.together(
            5,
            caller -> {
              try {
                for (int call = caller; call < calls.size(); call += 4) {
                  if (caller == 4) {
                    Threads.await("some are answered", () -> answered.get() >= 12);
                    victim.kill(); // while others are under way
                    return 0;
                  }
                  var unused =
                      LivePlatform.within(EventServiceGrpc.newBlockingStub(channel))
                          .ingestEvents(
                              IngestEventsRequest.newBuilder()
                                  .addAllEvents(calls.get(call))
                                  .build());
                  answered.incrementAndGet();
                }
              } catch (StatusRuntimeException e) {
                return 1; // it is dead
              } catch (Exception e) {
                throw new AssertionError(e);
              }
              return 0;
            });
      } finally {
        channel.shutdownNow();
      }
    }
    assertThat(view().getPoints()).as("what the dead server has given").isGreaterThan(0);
    assertThat(view().getPoints()).isEqualTo(balances());
    server.clock().set(Instant.now());
    for (List<Event> call : calls) {
      var unused = ways.get(1).ingest(call); // whoever sent them was not sure that they came in
    }
    assertThat(view().getPoints()).isEqualTo(balances()).isEqualTo(60 * 20 * 10);
    var unused = likeTogether(25, 20, "after");
    assertThat(view().getPoints()).isEqualTo(40_000);
    assertThat(balances()).isEqualTo(40_000);
  }

  /** While lanes take, the cap is lowered below what they were lent; then it is raised again. */
  @Test
  void aCapThatIsLoweredHoldsFromTheNextBatchOn() throws Exception {
    apply("apply", 1_000_000, 1_000_000);
    var unused = likeTogether(5, 20, "before");
    assertThat(view().getPoints()).isEqualTo(CALLERS * 5 * 20 * 10);
    apply("lower", 12_000, 1_000_000);
    var unusedToo = likeTogether(15, 20, "lower");
    assertThat(view().getPoints()).isEqualTo(12_000);
    assertThat(balances()).isEqualTo(12_000);
    apply("higher", 32_000, 1_000_000);
    var unusedAgain = likeTogether(20, 20, "higher");
    assertThat(view().getPoints()).isEqualTo(32_000);
    assertThat(balances()).isEqualTo(32_000);
  }

  /** So many calls of each caller with so many likes; what they came to. */
  private List<Fact> likeTogether(int calls, int likes, String id) throws Exception {
    return Threads.together(
            CALLERS,
            caller -> {
              List<Fact> facts = new ArrayList<>();
              for (int call = 0; call < calls; call++) {
                ways.get(caller % 2)
                    .ingest(batch(likes, id + "-" + caller + "-" + call))
                    .getResultsList()
                    .forEach(result -> facts.addAll(result.getFactsList()));
              }
              return facts;
            })
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  private List<Event> batch(int likes, String id) {
    Random random = new Random(id.hashCode());
    return IntStream.range(0, likes)
        .mapToObj(i -> likes(id + "-" + i, "v" + random.nextInt(VIEWERS), 1))
        .toList();
  }

  private Event likes(String eventId, String viewerId, int count) {
    return ways.get(0)
        .event(eventId, viewerId)
        .setLiked(Liked.newBuilder().setCount(count))
        .build();
  }

  private static long points(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasPointsBooked)
        .mapToLong(fact -> fact.getPointsBooked().getAmount())
        .sum();
  }

  private static long withheld(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasRewardWithheld)
        .mapToLong(fact -> fact.getRewardWithheld().getTimes())
        .sum();
  }

  private static List<Integer> notices(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasBudgetReached)
        .map(fact -> fact.getBudgetReached().getPercent())
        .toList();
  }

  private long balances() throws Exception {
    var unused = server.instance(Settlement.class).settleDue();
    return IntStream.range(0, VIEWERS).mapToLong(i -> ways.get(0).balance("v" + i)).sum();
  }

  private BudgetView view() {
    return BudgetServiceGrpc.newBlockingStub(ways.get(1).as(Role.MERCHANT, "owner"))
        .listBudgets(ListBudgetsRequest.getDefaultInstance())
        .getBudgets(0);
  }

  private void lock(Handle holder, String query) {
    assertThat(holder.createQuery(query).bind(0, merchant).mapTo(String.class).list()).hasSize(1);
  }
}
