package io.flywheel.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.rpc.Code;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.Errors;
import io.flywheel.testing.StreamClient;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.Commented;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the gateway lets through, what it refuses, and how it says so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GatewayTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String API_KEY = "a key of the shop's own services";
  private static final String ORIGIN = "https://live.example.com";
  private static final int BURST = 60;
  private static final int STREAMS = 100;
  private static final String PROGRAM =
      """
      tasks:
      - {id: like, title: Like, trigger: like, tiers: [{threshold: 1, rewards: [points: 1]}]}
      """;

  private final String platform = token(Role.PLATFORM, "platform");
  private TestServer server;
  private Gateway gateway;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    Path keys = Files.writeString(folder.resolve("api.keys"), API_KEY.replace(' ', '-') + "=m");
    server = TestServer.builder().setting("auth.api-keys-file", keys).start();
    gateway =
        Gateway.start(
            TestServer.SECRET,
            List.of(server.port()),
            "--edges=127.0.0.1:" + server.httpPort(),
            "--api-keys-file=" + keys,
            "--origins=" + ORIGIN,
            "--caller-rate=20",
            "--caller-burst=" + BURST);
    var unused =
        ProgramServiceGrpc.newBlockingStub(gateway.channel(platform))
            .applyProgram(
                ApplyProgramRequest.newBuilder()
                    .setRequestId("apply")
                    .setSource(ProgramSource.newBuilder().setDocument(PROGRAM))
                    .build());
  }

  @AfterAll
  void stop() throws IOException {
    if (gateway != null) {
      gateway.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void whoeverHasNoGoodTokenIsRefusedInTheCallersOwnProtocol() {
    List<String> bad =
        List.of(
            token(Role.VIEWER, "v") + "x",
            Tokens.sign("another secret, which this service has not", Role.VIEWER, "v", HOUR),
            Tokens.sign(TestServer.SECRET, Role.VIEWER, "v", HOUR.negated()));
    for (String token : bad) {
      HttpResponse<String> json = gateway.send(get("/v1/tasks", token));
      assertThat(json.statusCode()).isEqualTo(401);
      assertRefusal(json, 16, "UNAUTHENTICATED");
      assertThat(grpcWebStatus(gateway.send(grpcWeb(token)))).isEqualTo("16");
      Errors grpc = Errors.of(() -> balance(gateway.channel(token), "v"));
      assertThat(grpc.code()).isEqualTo(Code.UNAUTHENTICATED);
      assertThat(grpc.reason()).isEqualTo("UNAUTHENTICATED");
    }
    HttpResponse<String> none = gateway.send(HttpRequest.newBuilder(gateway.uri("/v1/tasks")));
    assertThat(none.statusCode()).isEqualTo(401);
  }

  @Test
  void apiKeysOfTheServersAreTakenAndNoOthers() {
    assertThat(gateway.send(withKey(API_KEY.replace(' ', '-'))).statusCode()).isEqualTo(200);
    HttpResponse<String> unknown = gateway.send(withKey("a-key-that-nobody-has-been-given"));
    assertThat(unknown.statusCode()).isEqualTo(401);
    assertRefusal(unknown, 16, "UNAUTHENTICATED");
    assertThat(gateway.send(withKey("")).statusCode()).isEqualTo(401);
  }

  /** Otherwise one would open, and the others choose which bucket is counted. */
  @Test
  void ofSeveralApiKeysOnlyTheFirstIsSeenByAnybody() {
    String key = API_KEY.replace(' ', '-');
    assertThat(gateway.send(withKey(key).header("x-api-key", "another")).statusCode())
        .isEqualTo(200);
    assertThat(gateway.send(withKey("another").header("x-api-key", key)).statusCode())
        .isEqualTo(401);
  }

  @Test
  void pagesOfOtherOriginsMayNotCall() {
    String viewer = token(Role.VIEWER, "of-a-page");
    HttpResponse<String> known = gateway.send(get("/v1/tasks", viewer).header("origin", ORIGIN));
    assertThat(known.statusCode()).isEqualTo(200);
    assertThat(known.headers().firstValue("access-control-allow-origin")).contains(ORIGIN);
    String foreign = "https://elsewhere.example.com";
    HttpResponse<String> read = gateway.send(get("/v1/tasks", viewer).header("origin", foreign));
    assertThat(read.headers().map()).doesNotContainKey("access-control-allow-origin");
    HttpResponse<String> write =
        gateway.send(post("/v1/check-in", viewer, "{}").header("origin", foreign));
    assertThat(write.statusCode()).isEqualTo(403);
    assertRefusal(write, 7, "NOT_ALLOWED");
    assertThat(write.headers().map()).doesNotContainKey("access-control-allow-origin");
    assertThat(grpcWebStatus(gateway.send(grpcWeb(viewer).header("origin", foreign))))
        .isEqualTo("7");
    HttpResponse<String> preflight = gateway.send(preflight(foreign));
    assertThat(preflight.headers().map()).doesNotContainKey("access-control-allow-origin");
    assertThat(gateway.send(preflight(ORIGIN)).headers().firstValue("access-control-allow-origin"))
        .contains(ORIGIN);
    String own = "http://127.0.0.1:" + gateway.port();
    assertThat(gateway.send(post("/v1/check-in", viewer, "{}").header("origin", own)).statusCode())
        .isEqualTo(400);
  }

  /** It would stay in the browser's cache with the file, and keep it from the next site. */
  @Test
  void filesOfThePanelNameNoOrigin() {
    HttpResponse<String> page =
        gateway.send(
            HttpRequest.newBuilder(gateway.uri("/panel/index.html")).header("origin", ORIGIN));
    assertThat(page.headers().map())
        .doesNotContainEntry("access-control-allow-origin", List.of(ORIGIN));
  }

  @Test
  void whoeverFloodsIsRefusedAndNobodyElseNotices() {
    String flooding = token(Role.VIEWER, "flooding");
    HttpResponse<String> refused = null;
    for (int i = 0; i < 20 * BURST && refused == null; i++) {
      HttpResponse<String> response = gateway.send(get("/v1/tasks", flooding));
      refused = response.statusCode() == 429 ? response : null;
    }
    assertRefusal(Objects.requireNonNull(refused, "no call was refused"), 8, "OVERLOADED");
    assertThat(refused.headers().firstValue("retry-after")).contains("1");
    Errors grpc = null;
    for (int i = 0; i < 20 * BURST && grpc == null; i++) {
      try {
        balance(gateway.channel(flooding), "flooding");
      } catch (io.grpc.StatusRuntimeException e) {
        grpc = Errors.of(e);
      }
    }
    assertThat(Objects.requireNonNull(grpc, "no call was refused").code())
        .isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(grpc.retry()).isPresent();
    assertThat(gateway.send(get("/v1/tasks", token(Role.VIEWER, "calm"))).statusCode())
        .isEqualTo(200);
  }

  /** An address of IPv6 is one of as many as its holder likes: their network counts. */
  @Test
  void floodsWithoutCredentialsAreRefusedByNetwork() throws Exception {
    try (Gateway strict =
        Gateway.start(
            TestServer.SECRET,
            List.of(server.port()),
            "--trusted-proxies=1",
            "--address-rate=1",
            "--address-burst=20")) {
      List<HttpResponse<String>> flood = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        flood.add(strict.send(from("2001:db8::" + i, strict)));
      }
      assertThat(flood.get(0).statusCode()).isEqualTo(401);
      assertThat(flood.get(39).statusCode()).isEqualTo(429);
      assertRefusal(flood.get(39), 8, "OVERLOADED");
      for (String neighbour : List.of("2001:db8:0:1::1", "192.0.2.1", "192.0.2.2")) {
        assertThat(strict.send(from(neighbour, strict)).statusCode()).isEqualTo(401);
      }
    }
  }

  @Test
  void aGatewayThatEndsIsStillThereForBalancersToFindOutAndForCallsUnderWay() throws Exception {
    try (Gateway ending =
        Gateway.start(
            TestServer.SECRET,
            List.of(server.port()),
            "--drain-least-seconds=3",
            "--drain-seconds=30")) {
      StreamClient<WatchViewerRequest, WatchViewerResponse> stream = new StreamClient<>(10);
      ViewerServiceGrpc.newStub(ending.channel(platform))
          .watchViewer(WatchViewerRequest.newBuilder().setViewerId("last").build(), stream);
      assertThat(stream.next().hasSnapshot()).isTrue();
      long told = System.nanoTime();
      ending.terminate();
      ending.await("it says so", () -> health(ending) == 503);
      adjust(gateway.channel(platform), "last");
      assertThat(stream.next().hasChange()).isTrue();
      stream.call().cancel("the test is over", null);
      assertThat(ending.send(from("nobody", ending)).statusCode()).isEqualTo(401);
      ending.await("it has ended", ending::hasEnded);
      assertThat(Duration.ofNanos(System.nanoTime() - told))
          .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(25));
    }
  }

  @Test
  void whoeverComesByTlsSpeaksHttp2OverIt() throws Exception {
    SSLContext trust = trusting(gateway.certificate());
    try (HttpClient client = HttpClient.newBuilder().sslContext(trust).build()) {
      HttpResponse<String> response =
          client.send(
              get("/v1/tasks", token(Role.VIEWER, "by-tls"))
                  .uri(URI.create("https://localhost:" + gateway.tlsPort() + "/v1/tasks"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void whatIsTooLargeIsRefused() {
    String large = "x".repeat(4 << 20);
    HttpResponse<String> json =
        gateway.send(
            post(
                "/v1/program:validate", platform, "{\"source\":{\"document\":\"" + large + "\"}}"));
    assertThat(json.statusCode()).isEqualTo(413);
    assertRefusal(json, 8, "TOO_LARGE");
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      events.add(
          Event.newBuilder()
              .setEventId("e" + i)
              .setCommented(Commented.newBuilder().setText("x".repeat(1 << 20)))
              .build());
    }
    Errors grpc =
        Errors.of(() -> {
          var unused =
              EventServiceGrpc.newBlockingStub(gateway.channel(platform))
                  .ingestEvents(IngestEventsRequest.newBuilder().addAllEvents(events).build());
        });
    assertThat(grpc.code()).isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(grpc.reason()).isEqualTo("TOO_LARGE");
  }

  @Test
  void whatIsNobodysBusinessOutsideIsNotServed() {
    for (String path : List.of("/metrics", "/readyz", "/healthz", "/stats", "/v1/nothing")) {
      HttpResponse<String> response = gateway.send(get(path, platform));
      assertThat(response.statusCode()).as(path).isEqualTo(404);
      assertRefusal(response, 12, "UNKNOWN_METHOD");
    }
    HttpResponse<String> page = gateway.send(get("/docs/", platform));
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("server")).contains("flywheel");
  }

  @Test
  void jsonThroughTheGatewayIsAnsweredAsAtTheServer() {
    String adjust =
        "{\"requestId\":\"json-1\",\"viewerId\":\"json\",\"amount\":\"7\",\"reason\":\"test\"}";
    List<String> gets =
        List.of(
            "/v1/points/balance?viewerId=json",
            "/v1/points/balance?viewer_id=json",
            "/v1/points/entries?viewerId=json&pageSize=5",
            "/v1/tasks?viewerId=json",
            "/v1/tasks/like:explain?viewerId=json",
            "/v1/tasks",
            "/v1/tasks/none?viewerId=json",
            "/v1/points/entries?viewerId=json&pageSize=1000",
            "/v1/viewer?viewerId=nobody",
            "/v1/program");
    same("POST", "/v1/points:adjust", adjust);
    same("POST", "/v1/points:adjust", adjust.replace("7", "8"));
    same("POST", "/v1/points:adjust", "{}");
    gets.forEach(path -> same("GET", path, ""));
    // As the form of /docs/ calls.
    same("POST", "/flywheel.v1.PointsService/GetBalance", "{\"viewerId\":\"json\"}");
    same("POST", "/flywheel.v1.PointsService/GetBalance", "{\"viewer\":\"json\"}");
  }

  @Test
  void manyStreamsStayOpenAndRewardsArriveAtOnce() throws Exception {
    Channel channel = gateway.channel(platform);
    List<StreamClient<WatchViewerRequest, WatchViewerResponse>> streams = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      StreamClient<WatchViewerRequest, WatchViewerResponse> stream = new StreamClient<>(1_000);
      ViewerServiceGrpc.newStub(channel)
          .watchViewer(WatchViewerRequest.newBuilder().setViewerId("watched-" + i).build(), stream);
      streams.add(stream);
    }
    for (StreamClient<WatchViewerRequest, WatchViewerResponse> stream : streams) {
      assertThat(stream.next().hasSnapshot()).isTrue();
    }
    long[] millis = new long[STREAMS];
    for (int i = 0; i < STREAMS; i++) {
      adjust(channel, "watched-" + i);
      long answered = System.nanoTime();
      assertThat(streams.get(i).next().hasChange()).isTrue();
      millis[i] = (System.nanoTime() - answered) / 1_000_000;
    }
    Arrays.sort(millis);
    assertThat(millis[STREAMS / 2]).as("milliseconds at the median").isLessThan(200);
    assertThat(streams).noneMatch(StreamClient::hasEnded);
    streams.forEach(stream -> stream.call().cancel("the test is over", null));
  }

  /** Asks the gateway, then the server's own edge. */
  private void same(String method, String path, String body) {
    HttpRequest.BodyPublisher content =
        body.isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    List<HttpResponse<String>> answers = new ArrayList<>();
    for (int port : List.of(gateway.port(), server.httpPort())) {
      answers.add(
          gateway.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                  .header("authorization", "Bearer " + platform)
                  .header("content-type", "application/json")
                  .method(method, content)));
    }
    String what = method + " " + path + " " + body;
    assertThat(answers.get(0).statusCode()).as(what).isEqualTo(answers.get(1).statusCode());
    assertThat(json(answers.get(0))).as(what).isEqualTo(json(answers.get(1)));
  }

  private static JsonElement json(HttpResponse<String> response) {
    return JsonParser.parseString(response.body());
  }

  private static void assertRefusal(HttpResponse<String> response, int code, String reason) {
    JsonObject status = json(response).getAsJsonObject();
    assertThat(status.get("code").getAsInt()).isEqualTo(code);
    JsonObject info = status.getAsJsonArray("details").get(0).getAsJsonObject();
    assertThat(info.get("@type").getAsString())
        .isEqualTo("type.googleapis.com/google.rpc.ErrorInfo");
    assertThat(info.get("reason").getAsString()).isEqualTo(reason);
    assertThat(info.get("domain").getAsString()).isEqualTo("flywheel");
  }

  /** Clients for browsers look at grpc-status only where the HTTP status is 200. */
  private static String grpcWebStatus(HttpResponse<String> response) {
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("grpc-status-details-bin")).isPresent();
    return response.headers().firstValue("grpc-status").orElse("none");
  }

  private HttpRequest.Builder get(String path, String token) {
    return HttpRequest.newBuilder(gateway.uri(path)).header("authorization", "Bearer " + token);
  }

  private HttpRequest.Builder post(String path, String token, String json) {
    return get(path, token)
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json));
  }

  private HttpRequest.Builder grpcWeb(String token) {
    return get("/flywheel.v1.PointsService/GetBalance", token)
        .header("content-type", "application/grpc-web+proto")
        .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[5]));
  }

  /** A call without credentials that came by a balancer, as this says, from there. */
  private static HttpRequest.Builder from(String address, Gateway gateway) {
    return HttpRequest.newBuilder(gateway.uri("/v1/tasks")).header("x-forwarded-for", address);
  }

  private static int health(Gateway gateway) {
    return gateway.send(HttpRequest.newBuilder(gateway.uri("/gateway/health"))).statusCode();
  }

  private static SSLContext trusting(Path certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream file = Files.newInputStream(certificate)) {
      trusted.setCertificateEntry(
          "gateway", CertificateFactory.getInstance("X.509").generateCertificate(file));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  private HttpRequest.Builder withKey(String key) {
    return HttpRequest.newBuilder(gateway.uri("/v1/points/balance?viewerId=v"))
        .header("x-api-key", key);
  }

  private HttpRequest.Builder preflight(String origin) {
    return HttpRequest.newBuilder(gateway.uri("/v1/check-in"))
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .method("OPTIONS", HttpRequest.BodyPublishers.noBody());
  }

  private static void balance(Channel channel, String viewerId) {
    var unused =
        PointsServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .getBalance(GetBalanceRequest.newBuilder().setViewerId(viewerId).build());
  }

  private static void adjust(Channel channel, String viewerId) {
    var unused =
        PointsServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(60, TimeUnit.SECONDS)
            .adjustPoints(
                AdjustPointsRequest.newBuilder()
                    .setRequestId("reward-" + viewerId)
                    .setViewerId(viewerId)
                    .setAmount(1)
                    .setReason("test")
                    .build());
  }

  private static String token(Role role, String subject) {
    return Tokens.sign(TestServer.SECRET, role, subject, HOUR);
  }
}
