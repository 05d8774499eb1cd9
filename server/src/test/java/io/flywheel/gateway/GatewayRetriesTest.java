package io.flywheel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.AdjustPointsResponse;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetBalanceResponse;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.PointsServiceGrpc.PointsServiceFutureStub;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the calls that are under way at a server when it dies, however many they are. */
final class GatewayRetriesTest {
  private static final int CALLS = 200;

  private final List<SlowServer> servers = new ArrayList<>();
  private Gateway gateway;
  private PointsServiceFutureStub points;

  @BeforeEach
  void start() throws Exception {
    servers.add(new SlowServer());
    servers.add(new SlowServer());
    gateway = Gateway.start(TestServer.SECRET, servers.stream().map(SlowServer::port).toList());
    gateway.await("both servers are healthy", () -> gateway.healthyServers() == 2);
    String token = Tokens.sign(TestServer.SECRET, Role.PLATFORM, "retries", Duration.ofHours(1));
    points =
        PointsServiceGrpc.newFutureStub(gateway.channel(token))
            .withDeadlineAfter(50, TimeUnit.SECONDS);
  }

  @AfterEach
  void stop() throws IOException {
    if (gateway != null) {
      gateway.close();
    }
    servers.forEach(SlowServer::close);
  }

  @Test
  void readsAreAllAnsweredByAnother() throws Exception {
    List<Status> statuses =
        callsWhileOneDies(
            i -> points.getBalance(GetBalanceRequest.newBuilder().setViewerId("v" + i).build()));
    assertThat(statuses).hasSize(CALLS).allMatch(Status::isOk);
    assertThat(received()).isGreaterThan(CALLS);
  }

  @Test
  void writesAreSentToNoOther() throws Exception {
    List<Status> statuses =
        callsWhileOneDies(i ->
            points.adjustPoints(AdjustPointsRequest.newBuilder().setRequestId("r" + i).build()));
    assertThat(statuses)
        .filteredOn(status -> !status.isOk())
        .hasSizeGreaterThanOrEqualTo(CALLS / 2)
        .allMatch(status -> status.getCode() == Status.Code.UNAVAILABLE);
    assertThat(received()).isEqualTo(CALLS);
  }

  /** Makes calls, ends the server where more of them wait, and lets the other one answer. */
  private List<Status> callsWhileOneDies(Function<Integer, ListenableFuture<?>> call)
      throws InterruptedException {
    List<ListenableFuture<?>> calls = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      calls.add(call.apply(i));
    }
    gateway.await("all calls are under way", () -> received() == CALLS);
    servers.sort(Comparator.comparingInt(SlowServer::received));
    servers.get(1).close();
    servers.get(0).answer();
    List<Status> statuses = new ArrayList<>();
    for (ListenableFuture<?> each : calls) {
      statuses.add(statusOf(each));
    }
    return statuses;
  }

  private int received() {
    return servers.stream().mapToInt(SlowServer::received).sum();
  }

  private static Status statusOf(ListenableFuture<?> call) throws InterruptedException {
    try {
      var unused = call.get();
      return Status.OK;
    } catch (ExecutionException e) {
      return Status.fromThrowable(e);
    }
  }

  /** Takes calls, and answers none until it is told to. Thread-safe. */
  private static final class SlowServer extends PointsServiceGrpc.PointsServiceImplBase {
    private final AtomicInteger received = new AtomicInteger();
    private final List<Runnable> waiting = new ArrayList<>();
    private final Server server;
    private boolean answering;

    SlowServer() throws IOException {
      BindableService health = new HealthStatusManager().getHealthService();
      server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .addService(this)
              .addService(health)
              .build()
              .start();
    }

    int port() {
      return server.getPort();
    }

    int received() {
      return received.get();
    }

    synchronized void answer() {
      answering = true;
      waiting.forEach(Runnable::run);
    }

    /** Cuts off whatever is under way. */
    void close() {
      server.shutdownNow();
    }

    @Override
    public void getBalance(GetBalanceRequest request, StreamObserver<GetBalanceResponse> caller) {
      take(caller, GetBalanceResponse.getDefaultInstance());
    }

    @Override
    public void adjustPoints(
        AdjustPointsRequest request, StreamObserver<AdjustPointsResponse> caller) {
      take(caller, AdjustPointsResponse.getDefaultInstance());
    }

    private synchronized <A> void take(StreamObserver<A> caller, A answer) {
      received.incrementAndGet();
      Runnable answers =
          () -> {
            caller.onNext(answer);
            caller.onCompleted();
          };
      if (answering) {
        answers.run();
      } else {
        waiting.add(answers);
      }
    }
  }
}
