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
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.reflection.v1alpha.ServerReflectionGrpc;
import io.grpc.reflection.v1alpha.ServerReflectionRequest;
import io.grpc.reflection.v1alpha.ServerReflectionResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What one caller's streams and broken off calls may cost the others. */
final class StreamBoundsTest {
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
    eventually("room for another", () -> isWatchable(greedy));
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
      var unused =
          PointsServiceGrpc.newFutureStub(channel)
              .getBalance(GetBalanceRequest.newBuilder().setViewerId("anna").build());
    });
    life.cancel(null);
  }

  private static long balance(Channel channel) {
    return PointsServiceGrpc.newBlockingStub(channel)
        .getBalance(GetBalanceRequest.newBuilder().setViewerId("anna").build())
        .getBalance();
  }

  private static StreamClient<WatchViewerRequest, WatchViewerResponse> watch(Channel channel) {
    StreamClient<WatchViewerRequest, WatchViewerResponse> stream = new StreamClient<>(10);
    ViewerServiceGrpc.newStub(channel).watchViewer(WatchViewerRequest.getDefaultInstance(), stream);
    return stream;
  }

  private static boolean isWatchable(Channel channel) {
    StreamClient<WatchViewerRequest, WatchViewerResponse> stream = watch(channel);
    eventually("an answer", () -> !stream.answers().isEmpty() || stream.hasEnded());
    boolean watchable = !stream.hasEnded();
    stream.call().cancel("seen", null);
    return watchable;
  }

  private static void eventually(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
