package io.flywheel.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.Code;
import com.linecorp.armeria.client.grpc.GrpcClientBuilder;
import com.linecorp.armeria.client.grpc.GrpcClients;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.config.SettingsException;
import io.flywheel.testing.Errors;
import io.flywheel.testing.StreamClient;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the edge serves beside answers: streams, pages about itself, refusals, and its end. */
final class HttpServerTest {
  private static final String ORIGIN = "https://live.example.com";
  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final int MESSAGES_IN_FLIGHT = 8;
  private static final String PROGRAM =
      """
      name: Test
      time_zone: UTC
      tasks:
        - id: wave
          title: wave
          trigger: custom
          custom: wave
          repeat: true
          tiers: [{threshold: 1, rewards: [{points: 1}]}]
      """;

  private static final FloodService flood = new FloodService();
  private static TestServer server;
  private static Browser browser;
  private static TestMerchant merchant;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.builder()
            .setting("http.allowed-origins", ORIGIN)
            .setting("grpc.max-message-bytes", MAX_MESSAGE_BYTES)
            .setting("http.max-bytes-in-flight", MESSAGES_IN_FLIGHT * MAX_MESSAGE_BYTES)
            .setting("viewer.max-watchers", 1)
            .module(flood.module())
            .start();
    browser = new Browser(server.httpPort());
    merchant = new TestMerchant(server, "acme", PROGRAM);
  }

  @AfterAll
  static void stop() {
    browser.close();
    server.close();
  }

  @Test
  void aStreamBringsWhatHappensAndEndsWhenItsReaderGoes() throws Exception {
    for (String format : List.of("gproto", "gproto-web", "gproto-web-text")) {
      String viewer = "watched-over-" + format;
      StreamClient<WatchViewerRequest, WatchViewerResponse> stream = new StreamClient<>(100);
      watch(server, format, viewer, stream);
      assertThat(stream.next().hasSnapshot()).as(format).isTrue();
      merchant.report(viewer, "wave");
      assertThat(stream.next().hasChange()).as(format).isTrue();
      stream.call().cancel("gone", null);
      // There is room for one watcher: the next one shows that this one has gone.
      eventually(format, () -> isWatchable(format));
    }
  }

  @Test
  void aStreamOfJsonEndsWhenItsReaderGoes() throws Exception {
    String request =
        """
        POST /flywheel.v1.ViewerService/WatchViewer HTTP/1.1
        host: localhost
        authorization: Bearer %s
        content-length: 17

        {"viewerId":"me"}\
        """
            .formatted(token(server))
            .replace("\n", "\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.httpPort())) {
      socket.setSoTimeout(60_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 200");
      assertThat(isWatchable("gproto")).isFalse();
    }
    long gone = System.nanoTime();
    eventually("room for another watcher", () -> isWatchable("gproto"));
    assertThat(Duration.ofNanos(System.nanoTime() - gone))
        .as("far before the stream's deadline")
        .isLessThan(Duration.ofSeconds(20));
  }

  @Test
  void aDeadlineOfTheClientEndsAStream() {
    HttpResponse<String> ended =
        browser.post(
            "/flywheel.v1.ViewerService/WatchViewer",
            "\0\0\0\0\6\n\4late",
            "content-type",
            "application/grpc-web+proto",
            "grpc-timeout",
            "2S",
            "authorization",
            "Bearer " + token(server));
    assertThat(ended.body()).contains("late", "grpc-status: " + Code.DEADLINE_EXCEEDED_VALUE);
  }

  @Test
  void aSlowReaderHoldsAStreamUpInsteadOfFillingTheMemory() throws Exception {
    long before = flood.sentBytes();
    try (Socket socket = openFlood("")) {
      eventually("a stream that waits", () -> flood.open() == 1 && flood.waits());
      long whileWaiting = flood.sentBytes();
      assertThat(whileWaiting - before)
          .as("bytes in buffers of a reader who reads nothing")
          .isLessThan(32 << 20);
      socket.getInputStream().skipNBytes(whileWaiting - before + FloodService.MESSAGE_BYTES);
      eventually("more for who reads on", () -> flood.sentBytes() > whileWaiting);
    }
    eventually("the stream's end at the server", () -> flood.open() == 0);
  }

  @Test
  void aDeadlineEndsAStreamWhoseReaderReadsNothing() throws Exception {
    try (Socket unread = openFlood("grpc-timeout: 2S\n")) {
      eventually("a stream that waits", () -> flood.open() == 1 && flood.waits());
      eventually("the stream's end at the server", () -> flood.open() == 0);
      assertThat(unread.isConnected()).isTrue();
    }
  }

  @Test
  void aStopEndsStreamsWithAReasonAndClosesThePort() throws Exception {
    TestServer stopping = TestServer.start();
    int port = stopping.httpPort();
    try (Browser visitor = new Browser(port)) {
      assertThat(visitor.get("/readyz").statusCode()).isEqualTo(200);
      List<StreamClient<WatchViewerRequest, WatchViewerResponse>> streams = new ArrayList<>();
      for (String format : List.of("gproto", "gproto-web", "gproto-web-text")) {
        StreamClient<WatchViewerRequest, WatchViewerResponse> stream = new StreamClient<>(100);
        watch(stopping, format, "anna", stream);
        stream.next();
        streams.add(stream);
      }
      long started = System.nanoTime();
      stopping.stopServer();
      for (StreamClient<WatchViewerRequest, WatchViewerResponse> stream : streams) {
        assertThat(Errors.of(stream.end().orElseThrow()).reason()).isEqualTo("SHUTTING_DOWN");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
      assertThat(isOpen(port)).isFalse();
    } finally {
      stopping.close();
    }
  }

  @Test
  void aServiceWithoutItsDatabaseLivesButIsNotReadyUntilItIsBack() throws Exception {
    try (DatabaseLine line = new DatabaseLine();
        TestServer cut = line.server();
        Browser visitor = new Browser(cut.httpPort())) {
      assertThat(visitor.get("/readyz").body()).isEqualTo("ready\n");
      line.cut();
      eventually("not ready", () -> visitor.get("/readyz").statusCode() == 503);
      assertThat(visitor.get("/readyz").body()).isEqualTo("the database does not answer\n");
      assertThat(visitor.get("/healthz").statusCode()).isEqualTo(200);
      HttpResponse<String> refused = visitor.get("/v1/program", Browser.bearing(token(cut)));
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(Browser.refusal(refused).reason()).isEqualTo("DATABASE_UNAVAILABLE");
      assertThat(Browser.headers(refused)).containsEntry("retry-after", "1");
      line.mend();
      eventually("ready again", () -> visitor.get("/readyz").statusCode() == 200);
    }
  }

  @Test
  void metricsCountTheCallsOfEveryWayIn() {
    browser.get("/v1/points/balance?viewer_id=anna", Browser.bearing(token(server)));
    HttpResponse<String> metrics = browser.get("/metrics");
    assertThat(Browser.headers(metrics).get("content-type"))
        .startsWith("text/plain; version=0.0.4");
    assertThat(metrics.body())
        .containsPattern(
            "grpc_server_calls_seconds_count\\{code=\"OK\",method=\"flywheel.v1.PointsService/GetBalance\"}"
                + " [1-9]");
  }

  @Test
  void metricsCanBeTurnedOff() throws Exception {
    try (TestServer quiet = TestServer.builder().setting("http.metrics", false).start();
        Browser visitor = new Browser(quiet.httpPort())) {
      assertThat(visitor.get("/metrics").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void onlyPagesOfTheOriginsThatWereNamedMayCall() {
    String[] preflight = {
      "origin", ORIGIN,
      "access-control-request-method", "POST",
      "access-control-request-headers", "authorization,content-type,x-grpc-web"
    };
    for (String path : List.of("/v1/check-in", "/flywheel.v1.TaskService/ListTasks")) {
      HttpResponse<String> allowed = browser.send("OPTIONS", path, "", preflight);
      assertThat(allowed.statusCode()).isEqualTo(200);
      assertThat(Browser.headers(allowed))
          .containsEntry("access-control-allow-origin", ORIGIN)
          .containsEntry("access-control-allow-headers", preflight[5]);
      preflight[1] = "https://elsewhere.example.com";
      assertThat(Browser.headers(browser.send("OPTIONS", path, "", preflight)))
          .doesNotContainKey("access-control-allow-origin");
      preflight[1] = ORIGIN;
    }
    Map<String, String> answer =
        Browser.headers(browser.get("/v1/tasks?viewer_id=anna", "origin", ORIGIN));
    assertThat(answer).containsEntry("access-control-allow-origin", ORIGIN);
    assertThat(answer.get("access-control-expose-headers"))
        .contains("grpc-status", "grpc-message", "grpc-status-details-bin", "retry-after");
  }

  @Test
  void withoutOriginsNoOtherPageMayCall() throws Exception {
    try (TestServer closed = TestServer.start();
        Browser visitor = new Browser(closed.httpPort())) {
      assertThat(Browser.headers(visitor.get("/v1/tasks?viewer_id=anna", "origin", ORIGIN)))
          .doesNotContainKey("access-control-allow-origin");
    }
  }

  @Test
  void whatIsNotServedIsAnErrorInJson() {
    HttpResponse<String> nothing = browser.get("/v1/nothing");
    assertThat(nothing.statusCode()).isEqualTo(404);
    assertThat(Browser.status(nothing).getCode()).isEqualTo(Code.UNIMPLEMENTED_VALUE);
    assertThat(Browser.refusal(nothing).reason()).isEqualTo("UNKNOWN_METHOD");
    assertThat(Browser.headers(nothing))
        .containsEntry("x-content-type-options", "nosniff")
        .containsEntry("content-type", "application/json; charset=utf-8");
    HttpResponse<String> put = browser.send("PUT", "/v1/check-in", "{}");
    assertThat(put.statusCode()).isEqualTo(405);
    assertThat(Browser.refusal(put).reason()).isEqualTo("UNKNOWN_METHOD");
    assertThat(Browser.status(put).getMessage()).contains("/v1/check-in");
    assertThat(browser.get("/").headers().firstValue("location")).contains("/console/");
  }

  @Test
  void whatIsTooLargeIsRefusedWithAReason() {
    String large = "{\"requestId\":\"" + "x".repeat(MAX_MESSAGE_BYTES) + "\"}";
    HttpResponse<String> response =
        browser.post("/v1/check-in", large, Browser.bearing(token(server)));
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(Browser.refusal(response).reason()).isEqualTo("TOO_LARGE");
  }

  @Test
  void aMethodThatIsNotThereIsTheSameErrorForClientsOfGrpc() {
    for (String type : List.of("application/grpc", "application/grpc-web+proto")) {
      HttpResponse<String> response =
          browser.post("/flywheel.v1.TaskService/Nothing", "\0\0\0\0\0", "content-type", type);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(Browser.headers(response))
          .containsEntry("content-type", type)
          .containsEntry("grpc-status", String.valueOf(Code.UNIMPLEMENTED_VALUE))
          .containsKey("grpc-status-details-bin");
    }
  }

  @Test
  void whatIsNoFrameIsTheCallersMistake() {
    for (String type :
        List.of("application/grpc", "application/grpc-web", "application/grpc-web-text")) {
      HttpResponse<String> response =
          browser.post(
              "/flywheel.v1.TaskService/ListTasks",
              "no frame!",
              "content-type",
              type,
              "authorization",
              "Bearer " + token(server));
      assertThat(Browser.headers(response))
          .as(type)
          .containsEntry("grpc-status", String.valueOf(Code.INVALID_ARGUMENT_VALUE))
          .containsKey("grpc-status-details-bin");
    }
    HttpResponse<String> framed =
        browser.post("/v1/check-in", "\0\0\0\0\0", "content-type", "application/grpc");
    assertThat(framed.statusCode()).isEqualTo(415);
  }

  @Test
  void aCallByItsNameIsAPost() {
    String path = "/flywheel.v1.CheckInService/CheckIn";
    for (String verb : List.of("GET", "PUT")) {
      HttpResponse<String> response =
          browser.send(
              verb, path + "?request_id=r&viewer_id=v", "", Browser.bearing(token(server)));
      assertThat(response.statusCode()).as(verb + ": " + response.body()).isEqualTo(405);
    }
  }

  @Test
  void aPortThatIsTakenIsNamedWithItsSetting() {
    Map<String, Integer> taken = Map.of("http.port", server.httpPort(), "grpc.port", server.port());
    taken.forEach((setting, port) ->
        assertThatThrownBy(() -> TestServer.builder().setting(setting, port).start())
            .isInstanceOf(SettingsException.class)
            .hasMessageStartingWith(setting + ": " + port + " (expected: a free port"));
  }

  @Test
  void openStreamsTakeNoRoomOfBodies() throws Exception {
    String body = "{\"requestId\":\"" + "x".repeat(MAX_MESSAGE_BYTES - 100) + "\"}";
    List<Socket> streams = new ArrayList<>();
    try {
      for (int i = 0; i <= MESSAGES_IN_FLIGHT; i++) {
        streams.add(openStreamOfUnknownLength());
      }
      eventually(
          "room",
          () ->
              browser.post("/v1/check-in", body, Browser.bearing(token(server))).statusCode()
                  == 400);
    } finally {
      for (Socket stream : streams) {
        stream.close();
      }
    }
  }

  /** A stream that has begun, by a request that does not say beforehand how long it is. */
  private static Socket openStreamOfUnknownLength() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.httpPort());
    socket.setSoTimeout(60_000);
    socket
        .getOutputStream()
        .write(
            """
            POST /grpc.health.v1.Health/Watch HTTP/1.1
            host: localhost
            content-type: application/grpc-web+proto
            transfer-encoding: chunked

            5
            \0\0\0\0\0
            0

            """
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    assertThat(answer).isEqualTo("HTTP/1.1 200");
    return socket;
  }

  /** Before it is known who calls, nothing is read: an answer comes although nothing was sent. */
  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/grpc-web+proto", "application/grpc"})
  void aBodyIsNotReadBeforeItsCallerIsKnown(String type) throws Exception {
    String path = type.endsWith("json") ? "/v1/check-in" : "/flywheel.v1.CheckInService/CheckIn";
    for (String credentials : List.of("", "authorization: Bearer no.good.token\r\n")) {
      try (Socket socket = connect("127.0.0.1")) {
        send(socket, "POST " + path, type, credentials, MAX_MESSAGE_BYTES, 0);
        byte[] start = socket.getInputStream().readNBytes(40);
        String answer = new String(start, StandardCharsets.US_ASCII);
        assertThat(answer).startsWith(type.endsWith("json") ? "HTTP/1.1 401" : "HTTP/1.1 200");
      }
    }
  }

  @Test
  void whatIsOnlyAnnouncedCostsNothing() throws Exception {
    String body = "{\"requestId\":\"" + "x".repeat(MAX_MESSAGE_BYTES - 100) + "\"}";
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 10 * MESSAGES_IN_FLIGHT; i++) {
        Socket socket = connect("127.0.0.1");
        idle.add(socket);
        send(socket, "POST /v1/check-in", "application/json", bearer(), MAX_MESSAGE_BYTES, 1);
      }
      HttpResponse<String> answer =
          browser.post("/v1/check-in", body, Browser.bearing(token(server)));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(Browser.refusal(answer).fields())
          .hasSize(1)
          .first()
          .asString()
          .contains("request_id");
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  /** Whatever idle connections announce, and whoever they say they are, costs nobody anything. */
  @Test
  void announcementsOfAnyKindCostNobodyAnything() throws Exception {
    Random random = new Random(20261129);
    String body = "{\"requestId\":\"" + "x".repeat(MAX_MESSAGE_BYTES - 100) + "\"}";
    String other = server.tokenFor("other", Role.PLATFORM, "platform");
    List<String> types =
        List.of("application/json", "application/grpc-web+proto", "application/grpc", "text/x");
    List<String> credentials = List.of("", "authorization: Bearer no.good.token\r\n", bearer());
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 12 * MESSAGES_IN_FLIGHT; i++) {
        Socket socket = connect("127.0.0." + (1 + random.nextInt(3)));
        idle.add(socket);
        String type = types.get(random.nextInt(types.size()));
        boolean isFramed = type.contains("grpc");
        send(
            socket,
            isFramed ? "POST /flywheel.v1.CheckInService/CheckIn" : "POST /v1/check-in",
            type,
            credentials.get(random.nextInt(credentials.size())),
            1 + random.nextInt(MAX_MESSAGE_BYTES),
            random.nextInt(2));
        if (i % MESSAGES_IN_FLIGHT == 0) {
          assertThat(browser.post("/v1/check-in", body, Browser.bearing(other)).statusCode())
              .as("another merchant's call beside %d idle ones", idle.size())
              .isEqualTo(400);
        }
      }
      assertThat(browser.post("/v1/check-in", body, Browser.bearing(token(server))).statusCode())
          .as("a call of the merchant in whose name most of them are")
          .isEqualTo(400);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  /** Whoever sends bodies that do not end is refused further ones, and nobody else is. */
  @Test
  void bodiesThatDoNotEndAreBoundedForTheirSenderAlone() throws Exception {
    String body = "{\"requestId\":\"" + "x".repeat(MAX_MESSAGE_BYTES - 100) + "\"}";
    String other = server.tokenFor("other", Role.PLATFORM, "platform");
    List<Socket> unending = new ArrayList<>();
    try {
      HttpResponse<String> refused;
      do {
        assertThat(unending).hasSizeLessThan(10 * MESSAGES_IN_FLIGHT);
        Socket socket = connect("127.0.0.2");
        unending.add(socket);
        send(
            socket,
            "POST /v1/check-in",
            "application/json",
            bearer(),
            MAX_MESSAGE_BYTES,
            MAX_MESSAGE_BYTES - 1);
        assertThat(browser.post("/v1/check-in", body, Browser.bearing(other)).statusCode())
            .as("another merchant's call beside %d unending ones", unending.size())
            .isEqualTo(400);
        refused = browser.post("/v1/check-in", body, Browser.bearing(token(server)));
      } while (refused.statusCode() != 429);
      assertThat(Browser.refusal(refused).reason()).isEqualTo("OVERLOADED");
      assertThat(Browser.headers(refused)).containsEntry("retry-after", "1");
    } finally {
      for (Socket socket : unending) {
        socket.close();
      }
    }
    eventually(
        "room again",
        () ->
            browser.post("/v1/check-in", body, Browser.bearing(token(server))).statusCode() == 400);
  }

  private static Socket connect(String from) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(from, 0));
    socket.setSoTimeout(20_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.httpPort()));
    return socket;
  }

  private static String bearer() {
    return "authorization: Bearer " + token(server) + "\r\n";
  }

  /** A call that announces a body and sends some of it. */
  private static void send(
      Socket socket, String call, String type, String credentials, int announced, int sent)
      throws IOException {
    String head =
        "%s HTTP/1.1\r\nhost: localhost\r\ncontent-type: %s\r\n%scontent-length: %d\r\n\r\n"
            .formatted(call, type, credentials, announced);
    socket
        .getOutputStream()
        .write(
            (head + "{" + " ".repeat(sent))
                .substring(0, head.length() + sent)
                .getBytes(StandardCharsets.US_ASCII));
  }

  /** A stream that sends without an end, to somebody who has small buffers and reads nothing. */
  private static Socket openFlood(String moreHeaders) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 << 10);
    socket.setSoTimeout(60_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.httpPort()));
    String request =
        """
        POST /flywheel.test.Flood/Flood HTTP/1.1
        host: localhost
        content-type: application/grpc-web+proto
        authorization: Bearer %s
        content-length: 5
        %s
        \0\0\0\0\0\
        """
            .formatted(token(server), moreHeaders)
            .replace("\n", "\r\n");
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static void watch(
      TestServer of,
      String format,
      String viewer,
      StreamClient<WatchViewerRequest, WatchViewerResponse> stream) {
    builder(of, format)
        .build(ViewerServiceGrpc.ViewerServiceStub.class)
        .watchViewer(WatchViewerRequest.newBuilder().setViewerId(viewer).build(), stream);
  }

  private static boolean isWatchable(String format) {
    StreamClient<WatchViewerRequest, WatchViewerResponse> stream = new StreamClient<>(1);
    watch(server, format, "next", stream);
    while (stream.answers().isEmpty() && !stream.hasEnded()) {
      Thread.onSpinWait();
    }
    boolean watchable = !stream.hasEnded();
    stream.call().cancel("seen", null);
    return watchable;
  }

  private static GrpcClientBuilder builder(TestServer of, String format) {
    return GrpcClients.builder(format + "+http://127.0.0.1:" + of.httpPort() + "/")
        .responseTimeoutMillis(0)
        .maxResponseLength(0)
        .addHeader("authorization", "Bearer " + token(of));
  }

  private static String token(TestServer of) {
    return of.tokenFor("acme", Role.PLATFORM, "platform");
  }

  private static boolean isOpen(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static void eventually(String what, BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.onSpinWait();
    }
  }
}
