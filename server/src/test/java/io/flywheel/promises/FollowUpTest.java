package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Throwables;
import com.google.inject.AbstractModule;
import com.google.inject.Inject;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import com.google.protobuf.StringValue;
import io.flywheel.engine.Action;
import io.flywheel.engine.Engine;
import io.flywheel.engine.Outcome;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Settlement;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.cluster.WorkShare;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.ProgramApplied;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.ListParkedFollowUpsRequest;
import io.flywheel.v1.ListViewersRequest;
import io.flywheel.v1.OperationsServiceGrpc;
import io.flywheel.v1.ParkedFollowUp;
import io.flywheel.v1.RetryParkedFollowUpsRequest;
import io.flywheel.v1.ViewerServiceGrpc;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** What is left to be done, for viewers, rooms and merchants, on two servers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FollowUpTest {
  private static final String ROOM = "r".repeat(64);

  private final Errands errands = new Errands();
  private TestServer server;
  private TestServer second;
  private String merchant = "";

  @BeforeAll
  void start() throws Exception {
    server =
        TestServer.builder().module(errands).setting("engine.follow-up-interval", "1h").start();
    second = server.another();
  }

  @AfterAll
  void stop() {
    second.close();
    server.close();
  }

  /** What applying the program leaves to be done is done before anything else. */
  @BeforeEach
  void applyProgram(TestInfo test) throws Exception {
    merchant = test.getTestMethod().orElseThrow().getName();
    errands.done.clear();
    errands.failing = false;
    new LivePlatform(server, merchant).apply("apply", "name: Errands\n");
    Threads.await("the merchant's errand", () -> errands.done.contains("!merchant applied"));
    errands.done.clear();
  }

  @Test
  void whatIsDueIsDoneAtOnceByWhoeverItWasLeftTo() throws Exception {
    ViewerKey viewer = viewer("v");
    List<ViewerKey> targets =
        List.of(viewer("w"), ViewerKey.room(merchant, ROOM), ViewerKey.merchant(merchant));
    run(viewer, new Errands.Send(targets, server.clock().instant(), "hello"));
    // Nothing settles before an hour is over.
    Threads.await("all is done", () -> errands.done.size() == 3);
    assertThat(errands.done)
        .containsExactlyInAnyOrder("w hello", "!room:" + ROOM + " hello", "!merchant hello");
    assertThat(
            ViewerServiceGrpc.newBlockingStub(new LivePlatform(server, merchant).channel())
                .listViewers(ListViewersRequest.getDefaultInstance())
                .getViewersList())
        .noneMatch(listed -> listed.getViewerId().startsWith("!"));
  }

  @Test
  void aTimerTakesThePlaceOfTheOneBefore() throws Exception {
    Instant start = server.clock().instant();
    ViewerKey viewer = viewer("v");
    run(viewer, new Errands.Set("a", start.plusSeconds(10), "early"));
    run(viewer, new Errands.Set("b", start.plusSeconds(10), "other"));
    run(viewer, new Errands.Set("a", start.plusSeconds(20), "late"));
    run(viewer, new Errands.Set("c", start.plusSeconds(10), "never"));
    run(viewer, new Errands.Set("c", null, ""));
    settleAt(start.plusSeconds(15));
    assertThat(errands.done).containsExactly("v other");
    settleAt(start.plusSeconds(25));
    assertThat(errands.done).containsExactly("v other", "v late");
    settleAt(start.plusSeconds(1_000));
    assertThat(errands.done).hasSize(2);
  }

  /** A timer that is set again in its own turn goes on; its former end does not delete it. */
  @Test
  void aTimerCountsDownThroughAsManyEndsAsItSets() throws Exception {
    run(viewer("v"), new Errands.Set("ends", server.clock().instant(), "again 5"));
    Threads.await("all ends have come", () -> errands.done.size() >= 6);
    settleAt(server.clock().instant().plusSeconds(60));
    assertThat(errands.done)
        .containsExactly(
            "v again 5", "v again 4", "v again 3", "v again 2", "v again 1", "v again 0");
  }

  @Test
  void timersThatAreSetWhileTheyEndOnTwoNodesEndOnceAtTheirLastTime() throws Exception {
    Instant start = server.clock().instant();
    Threads.together(
        8,
        thread -> {
          try {
            for (int i = 0; i < 30; i++) {
              TestServer way = (thread + i) % 2 == 0 ? server : second;
              if (thread < 6) {
                run(way, viewer("v" + thread), new Errands.Set("t", start.plusSeconds(i), "x"));
              } else {
                way.instance(Settlement.class).settleDue();
              }
            }
            return null;
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    errands.done.clear();
    settleAt(start.plusSeconds(100));
    assertThat(errands.done)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 6).mapToObj(i -> "v" + i + " x").toList());
  }

  @Test
  void whatFailsTooOftenIsParkedUntilSomebodyHasItTriedAgain() throws Exception {
    errands.failing = true;
    double before = parkedCount();
    Instant due = server.clock().instant().plusSeconds(1);
    run(viewer("v"), new Errands.Send(List.of(viewer("w")), due, "hello"));
    for (int attempt = 0; attempt < 24; attempt++) {
      assertThat(parked()).as("after %d attempts", attempt).isEmpty();
      settleAt(server.clock().instant().plus(Duration.ofHours(2)));
    }
    assertThat(parkedCount() - before).isEqualTo(1);
    ParkedFollowUp only = parked().get(0);
    assertThat(only.getActorId()).isEqualTo("w");
    assertThat(only.getType()).isEqualTo("google.protobuf.StringValue");
    assertThat(only.getDueAt().getSeconds()).isEqualTo(due.getEpochSecond());
    assertThat(only.getReason()).contains("not today");
    errands.failing = false;
    settleAt(server.clock().instant().plus(Duration.ofDays(9)));
    assertThat(errands.done).isEmpty();
    assertThat(retry(only.getId())).isEqualTo(1);
    assertThat(retry(only.getId())).as("a repeat").isZero();
    settleAt(server.clock().instant());
    assertThat(errands.done).containsExactly("w hello");
    assertThat(parked()).isEmpty();
  }

  /**
   * Whatever some fail with, errors of the machine among it: all others are done, and they later.
   */
  @Test
  void whateverAFollowUpFailsWithItHoldsUpNoOtherAndIsDoneOnceItCan() throws Exception {
    Random random = new Random(20261129);
    List<Supplier<Throwable>> failures =
        List.of(
            () -> new OutOfMemoryError("made by the test"),
            () -> new StackOverflowError("made by the test"),
            () -> new NoClassDefFoundError("made by the test"),
            () -> new AssertionError("made by the test"),
            () -> new IllegalStateException("made by the test"),
            () -> ServiceException.of(ErrorReason.ERROR_REASON_BUDGET_EXHAUSTED, "by the test"));
    Instant due = server.clock().instant().plusSeconds(1);
    List<String> all = new ArrayList<>();
    List<String> sound = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String text = "errand " + i;
      all.add("v" + i + " " + text);
      int times = random.nextInt(3);
      if (times == 0) {
        sound.add("v" + i + " " + text);
      }
      Queue<Throwable> own = new ConcurrentLinkedQueue<>();
      for (int time = 0; time < times; time++) {
        own.add(failures.get(random.nextInt(failures.size())).get());
      }
      errands.failures.put(text, own);
      run(viewer("v" + i), new Errands.Send(List.of(viewer("v" + i)), due, text));
    }
    settleAt(due);
    assertThat(errands.done).containsExactlyInAnyOrderElementsOf(sound);
    for (int round = 0; round < 3; round++) {
      settleAt(server.clock().instant().plus(Duration.ofHours(2)));
    }
    assertThat(errands.done).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void everyShardFallsToOneNode() throws Exception {
    List<Integer> all = IntStream.range(0, 64).boxed().toList();
    Threads.await(
        "both nodes know of each other",
        () -> {
          List<Integer> shares = new ArrayList<>(server.instance(WorkShare.class).of(all));
          shares.addAll(second.instance(WorkShare.class).of(all));
          return shares.size() == 64 && shares.containsAll(all);
        });
    assertThat(server.instance(WorkShare.class).of(all)).hasSize(32);
  }

  private void settleAt(Instant time) throws InterruptedException {
    server.clock().set(time);
    server.instance(Settlement.class).settleDue();
    second.instance(Settlement.class).settleDue();
  }

  private void run(ViewerKey actor, Object body) {
    run(server, actor, body);
  }

  private void run(TestServer way, ViewerKey actor, Object body) {
    Action action = Warehouse.action(actor, "r" + System.nanoTime(), body);
    assertThat(way.instance(Engine.class).submit(List.of(action)).get(0).join())
        .isInstanceOf(Outcome.Done.class);
  }

  private ViewerKey viewer(String id) {
    return new ViewerKey(merchant, id);
  }

  private List<ParkedFollowUp> parked() {
    return operations()
        .listParkedFollowUps(ListParkedFollowUpsRequest.getDefaultInstance())
        .getFollowUpsList();
  }

  private int retry(String id) {
    return operations()
        .retryParkedFollowUps(RetryParkedFollowUpsRequest.newBuilder().addIds(id).build())
        .getRetried();
  }

  private OperationsServiceGrpc.OperationsServiceBlockingStub operations() {
    return OperationsServiceGrpc.newBlockingStub(
        new LivePlatform(server, merchant).as(Role.PLATFORM, "operator"));
  }

  private double parkedCount() {
    return server.instance(MeterRegistry.class).counter("flywheel.engine.follow.ups.parked").count()
        + second.instance(MeterRegistry.class).counter("flywheel.engine.follow.ups.parked").count();
  }

  /** A feature of tests alone, that notes which errands were done. */
  private static final class Errands extends AbstractModule {
    private final Queue<String> done = new ConcurrentLinkedQueue<>();
    private final Map<String, Queue<Throwable>> failures = new ConcurrentHashMap<>();
    private volatile boolean failing;

    private record Send(List<ViewerKey> targets, Instant due, String text) {}

    private record Set(String name, @Nullable Instant due, String text) {}

    @Override
    protected void configure() {
      bind(Errands.class).toInstance(this);
      Multibinder.newSetBinder(binder(), Reactor.class)
          .addBinding()
          .to(Errand.class)
          .in(Scopes.SINGLETON);
    }

    private static final class Errand implements Reactor {
      private final Errands errands;

      @Inject
      Errand(Errands errands) {
        this.errands = errands;
      }

      @Override
      public void register(Reactions reactions) {
        reactions.on(
            Send.class,
            (turn, send) ->
                send.targets.forEach(
                    target -> turn.followUp(target, send.due, StringValue.of(send.text))));
        reactions.on(
            Set.class, (turn, set) -> turn.timer(set.name, set.due, StringValue.of(set.text)));
        reactions.on(
            ProgramApplied.class,
            (turn, applied) -> turn.followUpNow(turn.viewer(), StringValue.of("applied")));
        reactions.on(StringValue.class, this::carryOut);
      }

      private void carryOut(Turn turn, StringValue text) {
        if (errands.failing) {
          throw ServiceException.of(ErrorReason.ERROR_REASON_BUDGET_EXHAUSTED, "not today");
        }
        Queue<Throwable> own = errands.failures.get(text.getValue());
        Throwable failure = own == null ? null : own.poll();
        if (failure != null) {
          Throwables.throwIfUnchecked(failure);
          throw new AssertionError(failure);
        }
        errands.done.add(turn.viewer().viewerId() + " " + text.getValue());
        if (text.getValue().startsWith("again ")) {
          int left = Integer.parseInt(text.getValue().substring("again ".length()));
          if (left > 0) {
            turn.timer("ends", turn.at(), StringValue.of("again " + (left - 1)));
          }
        }
      }
    }
  }
}
