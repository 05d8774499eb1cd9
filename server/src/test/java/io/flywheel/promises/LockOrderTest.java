package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import io.flywheel.engine.Action;
import io.flywheel.engine.Engine;
import io.flywheel.engine.Outcome;
import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/**
 * Shared rows that turns take in every order, on two servers with three lanes each: no batch waits
 * for another in a circle. With {@code -Dflywheel.test.contended-turns=1000000} it takes that many
 * turns.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LockOrderTest {
  private static final int TURNS = Integer.getInteger("flywheel.test.contended-turns", 20_000);
  private static final int CALLERS = 8;
  private static final int TOGETHER = 50;

  private final List<TestServer> servers = new ArrayList<>();
  private String merchant = "";

  @BeforeAll
  void start() throws Exception {
    servers.add(TestServer.builder().module(new Warehouse()).setting("engine.lanes", 3).start());
    Warehouse.createTables(servers.get(0));
    servers.add(servers.get(0).another());
  }

  @AfterAll
  void stop() {
    servers.reversed().forEach(TestServer::close);
  }

  @BeforeEach
  void applyProgram(TestInfo test) {
    merchant = test.getTestMethod().orElseThrow().getName();
    new LivePlatform(servers.get(0), merchant).apply("apply", "name: Warehouse\n");
  }

  @Test
  void turnsThatTakeTheSameRowsInEveryOrderNeverWaitInACircle() throws Exception {
    double repeatedBefore = counted("flywheel.engine.batch.retries");
    double restartsBefore = counted("flywheel.engine.batch.restarts");
    long deadlocksBefore = deadlocks();
    List<Integer> rows =
        Threads.together(
            CALLERS,
            caller -> {
              Random random = new Random(caller);
              int taken = 0;
              for (int turn = 0; turn < TURNS / CALLERS; turn += TOGETHER) {
                List<Action> actions = new ArrayList<>();
                for (int i = 0; i < TOGETHER; i++) {
                  Warehouse.Take take = take(random, turn);
                  taken += take.rows().size();
                  // Viewers are shared by the callers, and so by both servers, too.
                  ViewerKey viewer = new ViewerKey(merchant, "v" + random.nextInt(200));
                  actions.add(Warehouse.action(viewer, caller + "-" + turn + "-" + i, take));
                }
                assertThat(run(servers.get(caller % 2), actions))
                    .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Done.class));
              }
              return taken;
            });
    assertThat(
            Warehouse.taken(servers.get(0), "test_shelf", merchant)
                + Warehouse.taken(servers.get(0), "test_pool", merchant))
        .isEqualTo(rows.stream().mapToLong(Integer::longValue).sum());
    assertThat(deadlocks() - deadlocksBefore).as("deadlocks that the database saw").isZero();
    assertThat(counted("flywheel.engine.batch.retries") - repeatedBefore)
        .as("batches that the database refused")
        .isZero();
    assertThat(counted("flywheel.engine.batch.restarts") - restartsBefore)
        .as("the turns really met each other out of order")
        .isPositive();
  }

  @Test
  void ofWhatTwoHundredWantAtATimeNeverOneTooManyIsSold() throws Exception {
    for (boolean look : new boolean[] {false, true}) {
      String shelf = "phone-" + look;
      List<Outcome> outcomes =
          Threads.together(
              200,
              buyer -> {
                ViewerKey viewer = new ViewerKey(merchant, "buyer" + buyer);
                Object body =
                    look ? new Warehouse.LookAndBuy(shelf, 73) : new Warehouse.Buy(shelf, 73);
                return run(
                        servers.get(buyer % 2),
                        List.of(Warehouse.action(viewer, "buy-" + look, body)))
                    .get(0);
              });
      assertThat(
              outcomes.stream()
                  .collect(Collectors.groupingBy(LockOrderTest::nameOf, Collectors.counting())))
          .containsOnly(entry("done", 73L), entry("ERROR_REASON_BUDGET_EXHAUSTED", 127L));
    }
    assertThat(Warehouse.taken(servers.get(0), "test_shelf", merchant)).isEqualTo(2 * 73);
  }

  @Test
  void whatWasOnlySeenIsLockedBeforeItIsWritten() throws Exception {
    Threads.together(
        40,
        writer ->
            run(
                servers.get(writer % 2),
                IntStream.range(0, 10)
                    .mapToObj(i ->
                        Warehouse.action(
                            new ViewerKey(merchant, "writer" + writer),
                            "write-" + i,
                            new Warehouse.WriteWhatWasSeen("shelf")))
                    .toList()));
    assertThat(Warehouse.taken(servers.get(0), "test_shelf", merchant)).isEqualTo(400);
  }

  @Test
  void aTurnThatSetsAnotherViewersStateIsRefused() {
    ViewerKey viewer = new ViewerKey(merchant, "viewer");
    ViewerKey other = new ViewerKey(merchant, "other");
    List<Outcome> outcomes =
        run(
            servers.get(0),
            List.of(
                Warehouse.action(viewer, "meddle", new Warehouse.Meddle(other)),
                Warehouse.action(viewer, "unheard", "nobody listens to a text")));
    assertThat(outcomes.stream().map(LockOrderTest::nameOf))
        .containsExactly("ERROR_REASON_INTERNAL", "ERROR_REASON_INTERNAL");
  }

  @Test
  void aServerWithTwoSlicesOfOneRankDoesNotStart() {
    assertThatThrownBy(() ->
            TestServer.builder()
                .module(new Warehouse())
                .module(
                    new AbstractModule() {
                      @Override
                      protected void configure() {
                        SharedSlice.bind(binder(), SameRank.class);
                      }
                    })
                .start())
        .hasStackTraceContaining("both have the rank " + Warehouse.Shelves.RANK);
  }

  static final class SameRank extends SharedSlice<String, Long> {
    @Inject
    SameRank() {
      super(Warehouse.Shelves.RANK, "test_same", List.of("name"), List.of("taken"));
    }

    @Override
    public Long initial(String key) {
      return 0L;
    }

    @Override
    protected void bindKey(Values values, String key) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected void bindState(Values values, Long state) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected String readKey(ResultSet row) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected Long readState(ResultSet row, int first) {
      throw new UnsupportedOperationException();
    }
  }

  /** A few of the same few rows, in any order; new ones come up from time to time. */
  private static Warehouse.Take take(Random random, int turn) {
    List<Warehouse.Row> rows = new ArrayList<>();
    for (int name = 0; name < 4; name++) {
      rows.add(new Warehouse.Row(true, "row" + name));
      rows.add(new Warehouse.Row(false, "row" + name + "-" + turn / 1_000));
    }
    Collections.shuffle(rows, random);
    return new Warehouse.Take(List.copyOf(rows.subList(0, 2 + random.nextInt(2))));
  }

  private static List<Outcome> run(TestServer server, List<Action> actions) {
    return server.instance(Engine.class).submit(actions).stream()
        .map(CompletableFuture::join)
        .toList();
  }

  private static String nameOf(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done -> "done";
      case Outcome.Repeated repeated -> "repeated";
      case Outcome.Rejected rejected -> rejected.reason().reason().name();
    };
  }

  private double counted(String name) {
    return servers.stream()
        .mapToDouble(server -> server.instance(MeterRegistry.class).counter(name).count())
        .sum();
  }

  /** As the database counts them; both MariaDB and MySQL do. */
  private long deadlocks() {
    Database database = servers.get(0).instance(Database.class);
    try (Handle handle = database.jdbi().open()) {
      return handle
          .createQuery(
              """
              SELECT metric.count FROM information_schema.innodb_metrics metric
              WHERE metric.name = 'lock_deadlocks'\
              """)
          .mapTo(Long.class)
          .one();
    }
  }
}
