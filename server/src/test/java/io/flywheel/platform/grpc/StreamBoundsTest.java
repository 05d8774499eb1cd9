package io.flywheel.platform.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.rpc.Code;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.nimbusds.jwt.JWTClaimsSet;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.Errors;
import io.flywheel.testing.StreamClient;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.StreamEventsRequest;
import io.flywheel.v1.StreamEventsResponse;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.reflection.v1alpha.ServerReflectionGrpc;
import io.grpc.reflection.v1alpha.ServerReflectionRequest;
import io.grpc.reflection.v1alpha.ServerReflectionResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What one caller's streams and broken off calls may cost the others. */
final class StreamBoundsTest {
  private static final GetBalanceRequest OF_ANNA =
      GetBalanceRequest.newBuilder().setViewerId("anna").build();

  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start();
    new TestMerchant(server, "acme", "tasks: []\n");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aViewerHasEightStreamsAndNoMoreAndTakesNobodyElses() throws Exception {
    Channel greedy = server.channel(server.tokenFor("acme", Role.VIEWER, "greedy"));
    List<StreamClient<WatchViewerRequest, WatchViewerResponse>> streams = new ArrayList<>();
    for (int i = 0; i < StreamBounds.MAX_OF_A_VIEWER; i++) {
      streams.add(watch(greedy));
      streams.getLast().next();
    }
    Errors refused = Errors.of(watch(greedy).end().orElseThrow());
    assertThat(refused.reason()).isEqualTo("OVERLOADED");
    assertThat(refused.retry()).isPresent();
    watch(server.channel(server.tokenFor("acme", Role.VIEWER, "modest"))).next();
    watch(server.channel(server.tokenFor("other", Role.VIEWER, "greedy"))).next();
    streams.getFirst().call().cancel("gone", null);
    var unused = watchWhenThereIsRoom(greedy);
  }

  /** Whoever opens and closes streams in whatever order, each viewer has room for eight. */
  @Test
  void streamsAreCountedByTheirViewersHoweverTheyComeAndGo() throws Exception {
    Random random = new Random(20261129);
    record Holder(
        Channel channel, Deque<StreamClient<WatchViewerRequest, WatchViewerResponse>> open) {}
    List<Holder> holders = new ArrayList<>();
    for (String viewer : List.of("crowd-1", "crowd-2", "crowd-3")) {
      for (String merchant : List.of("acme", "other")) {
        holders.add(
            new Holder(
                server.channel(server.tokenFor(merchant, Role.VIEWER, viewer)),
                new ArrayDeque<>()));
      }
    }
    int refused = 0;
    for (int i = 0; i < 250; i++) {
      Holder holder = holders.get(random.nextInt(holders.size()));
      if (random.nextInt(4) == 0 && !holder.open().isEmpty()) {
        holder.open().removeFirst().call().cancel("gone", null);
      } else if (holder.open().size() < StreamBounds.MAX_OF_A_VIEWER) {
        holder.open().add(watchWhenThereIsRoom(holder.channel()));
      } else {
        Errors none = Errors.of(watch(holder.channel()).end().orElseThrow());
        assertThat(none.reason()).isEqualTo("OVERLOADED");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(20);
    holders.forEach(holder ->
        holder
            .open()
            .forEach(stream -> {
              assertThat(stream.hasEnded()).isFalse();
              stream.call().cancel("seen", null);
            }));
  }

  @Test
  void aStreamEndsWithItsToken() throws Exception {
    Date end = Date.from(server.clock().instant().plus(Duration.ofMinutes(10)));
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .subject("late")
            .claim("merchant", "acme")
            .claim("role", "viewer")
            .expirationTime(end);
    StreamClient<WatchViewerRequest, WatchViewerResponse> ending =
        watch(server.channel(server.sign(claims.build())));
    StreamClient<WatchViewerRequest, WatchViewerResponse> lasting =
        watch(server.channel(server.tokenFor("acme", Role.VIEWER, "late")));
    ending.next();
    lasting.next();
    server.clock().advance(Duration.ofMinutes(11));
    Errors expired = Errors.of(ending.end().orElseThrow());
    assertThat(expired.code()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(expired.message()).contains("fresh one");
    assertThat(lasting.hasEnded()).isFalse();
    lasting.call().cancel("seen", null);
  }

  @Test
  void callsThatAreBrokenOffAreNoDefects() throws Exception {
    Logger root = (Logger) LoggerFactory.getLogger("io.flywheel");
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    root.addAppender(said);
    try {
      String token = server.tokenFor("acme", Role.PLATFORM, "platform");
      List<Channel> channels = new ArrayList<>();
      channels.add(server.channel(token));
      channels.add(server.channel("no.good.token"));
      for (String credentials : List.of("Bearer " + token, "none")) {
        channels.add(
            GrpcClients.builder("gproto+http://127.0.0.1:" + server.httpPort() + "/")
                .addHeader("authorization", credentials)
                .build(PointsServiceGrpc.PointsServiceBlockingStub.class)
                .getChannel());
      }
      for (Channel channel : channels) {
        for (int i = 0; i < 50; i++) {
          breakOff(channel);
        }
      }
      // What comes after these has the broken off ones behind it.
      for (Channel channel : List.of(channels.get(0), channels.get(2))) {
        var unused = balance(channel);
      }
    } finally {
      root.detachAppender(said);
    }
    assertThat(said.list).filteredOn(e -> e.getLevel().isGreaterOrEqual(Level.WARN)).isEmpty();
  }

  /** A call may be broken off before it is sent, under way, while it streams, or after its end. */
  @Test
  void callsThatAreBrokenOffAtAnyMomentAreNoDefects() throws Exception {
    Random random = new Random(20261129);
    Logger root = (Logger) LoggerFactory.getLogger("io.flywheel");
    ListAppender<ILoggingEvent> said = new ListAppender<>();
    said.start();
    root.addAppender(said);
    try {
      String token = server.tokenFor("acme", Role.PLATFORM, "platform");
      List<Channel> channels = List.of(server.channel(token), server.channel("no.good.token"));
      for (int i = 0; i < 300; i++) {
        Channel channel = channels.get(random.nextInt(channels.size()));
        Context.CancellableContext life = Context.current().withCancellation();
        int kind = random.nextInt(4);
        Context before = life.attach();
        try {
          switch (kind) {
            case 0 -> {
              var unused = PointsServiceGrpc.newFutureStub(channel).getBalance(OF_ANNA);
            }
            case 1 -> {
              var unused = PointsServiceGrpc.newFutureStub(channel).adjustPoints(adjustment(i));
            }
            case 2 -> {
              StreamClient<StreamEventsRequest, StreamEventsResponse> events =
                  new StreamClient<>(1);
              EventServiceGrpc.newStub(channel).streamEvents(events);
              events.call().onNext(StreamEventsRequest.getDefaultInstance());
            }
            default -> {
              var unused = watch(channel);
            }
          }
        } finally {
          life.detach(before);
        }
        for (int pause = random.nextInt(20_000); pause > 0; pause--) {
          Thread.onSpinWait();
        }
        life.cancel(null);
      }
      var unused = balance(channels.get(0)); // has the broken off ones behind it
    } finally {
      root.detachAppender(said);
    }
    assertThat(said.list).filteredOn(e -> e.getLevel().isGreaterOrEqual(Level.WARN)).isEmpty();
  }

  private static AdjustPointsRequest adjustment(int number) {
    return AdjustPointsRequest.newBuilder()
        .setRequestId("broken-off-" + number)
        .setViewerId("anna")
        .setAmount(1)
        .setReason("test")
        .build();
  }

  /** Whoever breaks off call after call loses the connection; others don't notice. */
  @Test
  void callsThatAConnectionBreaksOffAreBoundedOnBothPorts() throws Exception {
    try (TestServer bounded =
        TestServer.builder().setting("grpc.max-resets-per-minute", "100").start()) {
      new TestMerchant(bounded, "acme", "tasks: []\n");
      Channel other = bounded.channel(bounded.tokenFor("acme", Role.PLATFORM, "platform"));
      for (int port : List.of(bounded.port(), bounded.httpPort())) {
        try (ResettingConnection connection = new ResettingConnection(port)) {
          assertThat(connection.resets(50)).as("a few on port %d", port).isFalse();
          assertThat(connection.resets(1_000)).as("very many on port %d", port).isTrue();
        }
        assertThat(balance(other)).isZero();
      }
    }
  }

  @Test
  void toolsThatKnowOnlyTheOlderReflectionFindTheServices() throws Exception {
    StreamClient<ServerReflectionRequest, ServerReflectionResponse> client = new StreamClient<>(1);
    ServerReflectionGrpc.newStub(server.channelWith(new io.grpc.Metadata()))
        .serverReflectionInfo(client);
    client.call().onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    assertThat(client.next().getListServicesResponse().getServiceList())
        .extracting(service -> service.getName())
        .contains("flywheel.v1.EventService", "grpc.reflection.v1.ServerReflection");
    client.call().onCompleted();
  }

  private static void breakOff(Channel channel) {
    Context.CancellableContext life = Context.current().withCancellation();
    life.run(() -> {
      var unused = PointsServiceGrpc.newFutureStub(channel).getBalance(OF_ANNA);
    });
    life.cancel(null);
  }

  private static long balance(Channel channel) {
    return PointsServiceGrpc.newBlockingStub(channel).getBalance(OF_ANNA).getBalance();
  }

  private static StreamClient<WatchViewerRequest, WatchViewerResponse> watch(Channel channel) {
    StreamClient<WatchViewerRequest, WatchViewerResponse> stream = new StreamClient<>(10);
    ViewerServiceGrpc.newStub(channel).watchViewer(WatchViewerRequest.getDefaultInstance(), stream);
    return stream;
  }

  /** A stream that was broken off gives its place back in its own time, so one asks again. */
  private static StreamClient<WatchViewerRequest, WatchViewerResponse> watchWhenThereIsRoom(
      Channel channel) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      StreamClient<WatchViewerRequest, WatchViewerResponse> stream = watch(channel);
      eventually("an answer", () -> !stream.answers().isEmpty() || stream.hasEnded());
      if (!stream.hasEnded()) {
        return stream;
      }
      assertThat(System.nanoTime()).as("room for another").isLessThan(end);
    }
  }

  private static void eventually(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
