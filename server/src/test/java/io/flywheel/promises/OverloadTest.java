package io.flywheel.promises;

import static io.flywheel.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import com.google.rpc.Code;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.Errors;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.StreamEventsRequest;
import io.flywheel.v1.StreamEventsResponse;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server does that gets more than it can carry out: it holds so much, and says so. */
final class OverloadTest {
  private static final String MERCHANT = "m";
  private static final int CAPACITY = 1_000;

  private final Saboteur saboteur = new Saboteur();
  private TestServer server;
  private LivePlatform platform;

  @BeforeEach
  void start() throws Exception {
    server =
        TestServer.builder()
            .module(saboteur)
            .setting("engine.lanes", 1)
            .setting("engine.batch-size", 100)
            // One merchant alone has half of it.
            .setting("engine.queue-capacity", 2 * CAPACITY)
            .start();
    platform = new LivePlatform(server, MERCHANT);
    platform.apply(
        "apply",
        """
        tasks:
        - {id: like, title: Like, trigger: like, tiers: [{threshold: 100000}]}
        """);
  }

  @AfterEach
  void stop() {
    saboteur.openGate();
    server.close();
  }

  @Test
  void whatFindsNoRoomIsRefusedWholeAndTakenLater() throws Exception {
    CompletableFuture<IngestEventsResponse> stuck = blockTheLane();
    CompletableFuture<IngestEventsResponse> waiting = ingest(likes("a", 800));
    Threads.await("800 events wait", () -> free() == CAPACITY - 801);

    for (int size : List.of(200, 1_000)) {
      Errors refused = Errors.of(() -> platform.ingest(likes("b", size)));
      assertThat(refused.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
      assertThat(refused.reason()).isEqualTo("OVERLOADED");
      assertThat(Durations.toMillis(refused.retry().orElseThrow().getRetryDelay())).isPositive();
    }
    assertThat(free()).isEqualTo(CAPACITY - 801);
    CompletableFuture<IngestEventsResponse> last = ingest(likes("c", 199));
    Threads.await("the queue is full", () -> free() == 0);
    assertRefused("OVERLOADED", this::adjust);
    assertRefused("OVERLOADED", () -> platform.ingest(platform.liked("d", "v")));
    // Reading needs no room.
    assertThat(platform.count("v", "like")).isZero();

    saboteur.openGate();
    assertThat(stuck.get(60, TimeUnit.SECONDS).getAccepted()).isEqualTo(1);
    assertThat(waiting.get(60, TimeUnit.SECONDS).getAccepted()).isEqualTo(800);
    assertThat(last.get(60, TimeUnit.SECONDS).getAccepted()).isEqualTo(199);
    assertThat(platform.ingest(likes("b", 1_000)).getAccepted()).isEqualTo(1_000);
    adjust();
    assertThat(platform.balance("v")).isEqualTo(1);
    assertThat(platform.count("v", "like")).isEqualTo(1_999);
  }

  @Test
  void aFloodOfStreamsIsHeldBackAtItsSource() throws Exception {
    CompletableFuture<IngestEventsResponse> stuck = blockTheLane();
    int streams = 8;
    int most = 100;
    List<Flood> floods =
        IntStream.range(0, streams).mapToObj(i -> new Flood("s" + i, most)).toList();
    floods.forEach(
        flood -> EventServiceGrpc.newStub(platform.as(Role.PLATFORM, "p")).streamEvents(flood));
    Threads.await("no request finds room", () -> free() < Flood.SIZE);
    // Nobody is told to stop; it is HTTP/2 that asks for no more.
    int sent = -1;
    for (int now = total(floods); now != sent; now = total(floods)) {
      sent = now;
      TimeUnit.MILLISECONDS.sleep(1_500);
    }
    assertThat(sent).as("requests sent of %d", streams * most).isLessThan(streams * most / 2);
    floods.forEach(flood -> assertThat(flood.end).isNotDone());

    saboteur.openGate();
    assertThat(stuck.get(60, TimeUnit.SECONDS).getAccepted()).isEqualTo(1);
    for (Flood flood : floods) {
      flood.end.get(120, TimeUnit.SECONDS);
      assertThat(flood.accepted).hasValue(most * Flood.SIZE);
    }
    assertThat(free()).isEqualTo(CAPACITY);
  }

  /** A client that sends as long as the transport takes more. */
  private final class Flood
      implements ClientResponseObserver<StreamEventsRequest, StreamEventsResponse> {
    static final int SIZE = 100;

    private final String name;
    private final int most;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final CompletableFuture<Boolean> end = new CompletableFuture<>();

    Flood(String name, int most) {
      this.name = name;
      this.most = most;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<StreamEventsRequest> requests) {
      requests.setOnReadyHandler(() -> {
        while (requests.isReady() && sent.get() < most) {
          requests.onNext(
              StreamEventsRequest.newBuilder()
                  .addAllEvents(comments(name + "-" + sent.get(), SIZE))
                  .build());
          if (sent.incrementAndGet() == most) {
            requests.onCompleted();
          }
        }
      });
    }

    @Override
    public void onNext(StreamEventsResponse response) {
      accepted.addAndGet(response.getAccepted());
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      end.complete(true);
    }
  }

  private static int total(List<Flood> floods) {
    return floods.stream().mapToInt(flood -> flood.sent.get()).sum();
  }

  private CompletableFuture<IngestEventsResponse> blockTheLane() throws InterruptedException {
    saboteur.closeGate();
    CompletableFuture<IngestEventsResponse> stuck =
        ingest(List.of(platform.custom("stuck", "v", "wait")));
    Threads.await("the lane is blocked", () -> saboteur.waiting() > 0);
    return stuck;
  }

  private CompletableFuture<IngestEventsResponse> ingest(List<Event> events) {
    return CompletableFuture.supplyAsync(() -> platform.ingest(events), Thread::startVirtualThread);
  }

  private void adjust() {
    var unused =
        PointsServiceGrpc.newBlockingStub(platform.channel())
            .adjustPoints(
                AdjustPointsRequest.newBuilder()
                    .setRequestId("adjust")
                    .setViewerId("v")
                    .setAmount(1)
                    .setReason("a test")
                    .build());
  }

  private List<Event> likes(String id, int count) {
    return IntStream.range(0, count).mapToObj(i -> platform.liked(id + i, "v")).toList();
  }

  /** Of a kilobyte each, so that the transport's own buffers are soon full. */
  private List<Event> comments(String id, int count) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(platform.commented(id + "-" + i, "v" + i, "x".repeat(1_000)));
    }
    return events;
  }

  private double free() {
    MeterRegistry metrics = server.instance(MeterRegistry.class);
    return metrics.get("flywheel.engine.queue.free").gauge().value() - CAPACITY;
  }
}
