package io.flywheel.platform.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.common.io.Resources;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.nimbusds.jwt.JWTClaimsSet;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.grpc.CallPath;
import io.flywheel.testing.Errors;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.CheckInRequest;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetBalanceResponse;
import io.flywheel.v1.GetTaskRequest;
import io.flywheel.v1.GetViewerRequest;
import io.flywheel.v1.ListPointsEntriesRequest;
import io.flywheel.v1.ListPointsEntriesResponse;
import io.flywheel.v1.ListTasksRequest;
import io.flywheel.v1.ListTasksResponse;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.ViewerServiceGrpc;
import io.grpc.Channel;
import io.grpc.ServerMethodDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.stub.AbstractStub;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Calls with JSON, and that they are the same calls as those over gRPC and gRPC-Web. */
final class JsonCallsTest {
  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

  /** Examples that need more than can be written down: what they are refused with. */
  private static final Map<String, String> NOT_YET =
      Map.ofEntries(
          Map.entry("flywheel.v1.RoomService/Heartbeat", "BAD_HEARTBEAT_TOKEN"),
          Map.entry("flywheel.v1.CheckInService/MakeUpCheckIn", "DAY_NOT_MISSED"),
          Map.entry("flywheel.v1.TaskService/ClaimTaskReward", "TIER_NOT_REACHED"),
          Map.entry("flywheel.v1.PointsService/ReleaseHold", "HOLD_NOT_FOUND"),
          // A cursor comes from a stream.
          Map.entry("flywheel.v1.FulfillmentService/AckGrants", "INVALID_FIELD"),
          Map.entry("flywheel.v1.CouponService/GetCouponByCode", "COUPON_NOT_FOUND"),
          Map.entry("flywheel.v1.CouponService/ReserveCoupon", "COUPON_NOT_FOUND"),
          Map.entry("flywheel.v1.CouponService/CommitCoupon", "COUPON_NOT_FOUND"),
          Map.entry("flywheel.v1.CouponService/ReleaseCoupon", "COUPON_NOT_FOUND"),
          Map.entry("flywheel.v1.CouponService/RevokeCoupon", "COUPON_NOT_FOUND"),
          // What was bought was delivered at once.
          Map.entry("flywheel.v1.MallService/CancelRedemption", "REDEMPTION_ENDED"),
          Map.entry("flywheel.v1.ReferralService/GetInvite", "INVITE_NOT_FOUND"),
          Map.entry("flywheel.v1.ReferralService/AcceptInvite", "INVITE_NOT_FOUND"),
          Map.entry("flywheel.v1.ReferralService/JoinGathering", "GATHERING_NOT_FOUND"),
          Map.entry("flywheel.v1.ReferralService/LeaveGathering", "GATHERING_NOT_FOUND"),
          Map.entry("flywheel.v1.ReferralService/GetGathering", "GATHERING_NOT_FOUND"),
          // Merchants decide, not platforms.
          Map.entry("flywheel.v1.ReferralService/DecideReferralReview", "NOT_ALLOWED"),
          // The template has no seasons.
          Map.entry("flywheel.v1.LevelService/ClaimSeasonRewards", "SEASON_NOT_FOUND"),
          // The template has no such badge.
          Map.entry("flywheel.v1.BadgeService/GiveBadge", "BADGE_NOT_FOUND"),
          Map.entry("flywheel.v1.BadgeService/RevokeBadge", "BADGE_NOT_HELD"),
          Map.entry("flywheel.v1.BadgeService/PreviewBadge", "BADGE_NOT_FOUND"),
          Map.entry("flywheel.v1.BadgeService/AwardBadge", "BADGE_NOT_FOUND"),
          // The template has no teams.
          Map.entry("flywheel.v1.LeaderboardService/JoinTeam", "INVALID_FIELD"),
          Map.entry("flywheel.v1.LeaderboardService/SetBoardMember", "VIEWER_NOT_FOUND"));

  private static TestServer server;
  private static Browser browser;
  private static String token;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start();
    browser = new Browser(server.httpPort());
    token = server.tokenFor("acme", Role.PLATFORM, "platform");
    Channel channel = server.channel(token);
    ProgramServiceGrpc.newBlockingStub(channel)
        .applyProgram(
            ApplyProgramRequest.newBuilder()
                .setRequestId("apply")
                .setSource(ProgramSource.newBuilder().setTemplate("growth-flywheel"))
                .build());
    RoomServiceGrpc.newBlockingStub(channel)
        .enterRoom(
            EnterRoomRequest.newBuilder()
                .setRequestId("enter")
                .setViewerId("anna")
                .setRoomId("room")
                .build());
    CheckInServiceGrpc.newBlockingStub(channel)
        .checkIn(CheckInRequest.newBuilder().setRequestId("check-in").setViewerId("anna").build());
  }

  @AfterAll
  static void stop() {
    browser.close();
    server.close();
  }

  @Test
  void everyUnaryMethodIsCalledAtItsAnnotatedPath() {
    for (MethodDescriptor method : unaryMethods()) {
      HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
      String path = pathOf(rule).replaceAll("\\{\\w+}", "some-id");
      long before = unauthenticatedCallsOf(method);
      HttpResponse<String> response =
          browser.send(verbOf(rule), path, rule.getBody().isEmpty() ? "" : "{}");
      assertThat(response.statusCode()).as("%s at %s", method, path).isEqualTo(401);
      assertThat(unauthenticatedCallsOf(method))
          .as("calls of %s at %s", method.getFullName(), path)
          .isEqualTo(before + 1);
    }
  }

  @Test
  void everyMethodHasAnExampleInTheDocumentationAndItWorks() throws IOException {
    Map<String, JsonElement> examples =
        JsonParser.parseString(
                Resources.toString(
                        Documentation.class.getResource(Documentation.EXAMPLES),
                        StandardCharsets.UTF_8)
                    .replace("${now}", server.clock().instant().toString()))
            .getAsJsonObject()
            .asMap();
    Map<String, MethodDescriptor> methods =
        unaryMethods().stream()
            .collect(
                Collectors.toMap(m -> m.getService().getFullName() + "/" + m.getName(), m -> m));
    assertThat(examples.keySet()).containsAll(methods.keySet());
    String platform = server.tokenFor("examples", Role.PLATFORM, "platform");
    examples.forEach((name, request) -> {
      MethodDescriptor method = methods.get(name);
      if (method == null) {
        return;
      }
      HttpResponse<String> response = sendAsAnnotated(method, request.getAsJsonObject(), platform);
      if (NOT_YET.containsKey(name)) {
        assertThat(Browser.refusal(response).reason()).as(name).isEqualTo(NOT_YET.get(name));
      } else {
        assertThat(response.statusCode()).as(name + ": " + response.body()).isEqualTo(200);
      }
    });
  }

  @Test
  void aCallGetsTheSameAnswerWhicheverWayItComesIn() {
    GetBalanceRequest balance = GetBalanceRequest.newBuilder().setViewerId("anna").build();
    ListTasksRequest tasks = ListTasksRequest.newBuilder().setViewerId("anna").build();
    GetBalanceResponse overGrpc =
        PointsServiceGrpc.newBlockingStub(server.channel(token)).getBalance(balance);
    assertThat(overGrpc.getBalance()).isPositive();
    assertThat(get("/v1/points/balance?viewer_id=anna", GetBalanceResponse.newBuilder()).build())
        .isEqualTo(overGrpc);
    ListTasksResponse tasksOverGrpc =
        TaskServiceGrpc.newBlockingStub(server.channel(token)).listTasks(tasks);
    assertThat(get("/v1/tasks?viewerId=anna", ListTasksResponse.newBuilder()).build())
        .isEqualTo(tasksOverGrpc);
    for (String format : List.of("gproto", "gproto-web", "gproto-web-text")) {
      assertThat(
              stub(format, PointsServiceGrpc.PointsServiceBlockingStub.class).getBalance(balance))
          .as(format)
          .isEqualTo(overGrpc);
      assertThat(stub(format, TaskServiceGrpc.TaskServiceBlockingStub.class).listTasks(tasks))
          .as(format)
          .isEqualTo(tasksOverGrpc);
    }
  }

  @Test
  void aRefusalIsTheSameWhicheverWayTheCallComesIn() {
    record Refused(
        Consumer<Channel> call, String verb, String path, String body, int http, String reason) {}
    List<Refused> refused =
        List.of(
            new Refused(
                c ->
                    PointsServiceGrpc.newBlockingStub(c)
                        .getBalance(GetBalanceRequest.newBuilder().setViewerId("no blank").build()),
                "GET",
                "/v1/points/balance?viewer_id=no%20blank",
                "",
                400,
                "INVALID_FIELD"),
            new Refused(
                c ->
                    TaskServiceGrpc.newBlockingStub(c)
                        .getTask(
                            GetTaskRequest.newBuilder()
                                .setViewerId("anna")
                                .setTaskId("no-such-task")
                                .build()),
                "GET",
                "/v1/tasks/no-such-task?viewer_id=anna",
                "",
                404,
                "TASK_NOT_FOUND"),
            new Refused(
                c ->
                    PointsServiceGrpc.newBlockingStub(c)
                        .adjustPoints(
                            AdjustPointsRequest.newBuilder()
                                .setRequestId("adjust")
                                .setViewerId("anna")
                                .setAmount(-1_000_000)
                                .setReason("test")
                                .build()),
                "POST",
                "/v1/points:adjust",
                "{\"requestId\":\"adjust\",\"viewerId\":\"anna\",\"amount\":\"-1000000\",\"reason\":\"test\"}",
                400,
                "INSUFFICIENT_POINTS"),
            new Refused(
                c ->
                    ViewerServiceGrpc.newBlockingStub(c)
                        .getViewer(GetViewerRequest.newBuilder().setViewerId("nobody").build()),
                "GET",
                "/v1/viewer?viewer_id=nobody",
                "",
                404,
                "VIEWER_NOT_FOUND"));
    for (Refused one : refused) {
      Errors overGrpc = Errors.of(() -> one.call().accept(server.channel(token)));
      assertThat(overGrpc.reason()).isEqualTo(one.reason());
      HttpResponse<String> json =
          browser.send(one.verb(), one.path(), one.body(), Browser.bearing(token));
      assertThat(json.statusCode()).as(json.body()).isEqualTo(one.http());
      assertThat(Browser.refusal(json)).isEqualTo(overGrpc);
      for (String format : List.of("gproto", "gproto-web", "gproto-web-text")) {
        Channel channel =
            stub(format, PointsServiceGrpc.PointsServiceBlockingStub.class).getChannel();
        assertThat(Errors.of(() -> one.call().accept(channel))).as(format).isEqualTo(overGrpc);
      }
    }
  }

  @Test
  void aViewerMayNotReadAnother() {
    String viewer = server.tokenFor("acme", Role.VIEWER, "bob");
    HttpResponse<String> response =
        browser.get("/v1/points/balance?viewer_id=anna", Browser.bearing(viewer));
    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(Browser.refusal(response).reason()).isEqualTo("NOT_ALLOWED");
  }

  @Test
  void anIdThatIsUsedAgainForSomethingElseIsAConflict() {
    post("/v1/points:adjust", "{'requestId':'once','viewerId':'anna','amount':1,'reason':'x'}");
    HttpResponse<String> response =
        post("/v1/points:adjust", "{'requestId':'once','viewerId':'anna','amount':2,'reason':'x'}");
    assertThat(response.statusCode()).isEqualTo(409);
    assertThat(Browser.refusal(response).reason()).isEqualTo("REQUEST_ID_REUSED");
  }

  @Test
  void everyUnknownFieldIsNamedWithItsPath() {
    HttpResponse<String> response =
        post(
            "/v1/events:ingest",
            "{'events':[{'eventId':'e','viewer':'anna'},{'liked':{'twice':true}}],'details':1}");
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(Browser.refusal(response).fields())
        .containsExactly(
            "events[0].viewer: no such field of Event",
            "events[1].liked.twice: no such field of Liked",
            "details: no such field of IngestEventsRequest");
    assertThat(Browser.refusal(get("/v1/tasks?viewer=anna")).fields())
        .containsExactly("viewer: no such field of ListTasksRequest");
  }

  @Test
  void whatIsNoJsonOrOfAnotherTypeIsTheCallersMistake() {
    for (String body :
        List.of(
            "{",
            "[]",
            "1",
            "{'requestId':1e999}",
            "{'requestId':{}}",
            "{'requestId':['x']}",
            "{'requestId':'x'} {}",
            "{'requestId':'x',}",
            "{'requestId':'x','requestId':'y'}",
            "{'request_id':'x','requestId':'y'}",
            "[".repeat(100_000),
            "{'viewerId':".repeat(10_000))) {
      HttpResponse<String> response = post("/v1/check-in", body);
      assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
      assertThat(Browser.refusal(response).reason()).isEqualTo("INVALID_FIELD");
    }
    assertThat(Browser.refusal(post("/v1/check-in", "<a/>")).message())
        .isEqualTo("malformed JSON: at line 1 column 1 path $");
  }

  @Test
  void aValueOfAnotherTypeIsNamedWithItsPath() {
    assertThat(Browser.refusal(get("/v1/points/entries?viewer_id=anna&page_size=many")).fields())
        .containsExactly(
            "page_size: \"many\" (expected: a whole number from -2147483648 to 2147483647)");
    Map.of(
            "{'events':[{'eventId':'a'},{'liked':{'count':'x'}}]}", "events[1].liked.count",
            "{'events':[{'occurredAt':'today'}]}", "events[0].occurredAt",
            "{'events':[1]}", "events[0]",
            "{'events':{}}", "events",
            "{'detail':'NO_SUCH'}", "detail")
        .forEach((body, field) -> {
          Errors refusal = Browser.refusal(post("/v1/events:ingest", body));
          assertThat(refusal.reason()).as(body).isEqualTo("INVALID_FIELD");
          assertThat(refusal.violations().getFieldViolations(0).getField())
              .as(body + ": " + refusal.message())
              .isEqualTo(field);
        });
  }

  @Test
  void aBodyOfUnknownFieldsGetsAShortAnswer() {
    String keys =
        IntStream.range(0, 300_000).mapToObj("'k%d':1"::formatted).collect(Collectors.joining(","));
    HttpResponse<String> many = post("/v1/check-in", "{" + keys + "}");
    assertThat(Browser.refusal(many).fields()).hasSize(20);
    HttpResponse<String> long1 = post("/v1/check-in", "{'" + "k".repeat(3_000_000) + "':1}");
    assertThat(Browser.refusal(long1).fields()).hasSize(1);
    HttpResponse<String> values =
        post("/v1/check-in", "{'requestId':[" + "1,".repeat(1_000_000) + "1]}");
    assertThat(Browser.refusal(values).fields()).hasSize(1);
    HttpResponse<String> events =
        post("/v1/events:ingest", "{'events':[" + "{},".repeat(1_000_000) + "{}]}");
    assertThat(Browser.refusal(events).message()).contains("too many values");
    for (HttpResponse<String> answer : List.of(many, long1, values, events)) {
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).hasSizeLessThan(8_000);
    }
    assertThat(browser.post("/v1/check-in", "{" + keys + "}").statusCode()).isEqualTo(401);
  }

  /**
   * Whatever is sent to whatever method, of the wrong caller nothing but the credentials counts.
   */
  @Test
  void whoeverHasNoGoodTokenHearsOnlyOfTheToken() {
    Random random = new Random(20261129);
    List<MethodDescriptor> methods = unaryMethods();
    String expired =
        server.sign(new JWTClaimsSet.Builder().expirationTime(Date.from(Instant.EPOCH)).build());
    List<String[]> credentials =
        List.of(
            new String[0],
            new String[] {"authorization", "Basic eDp5"},
            new String[] {"authorization", "Bearer no.good.token"},
            new String[] {"authorization", "Bearer " + expired},
            new String[] {"x-api-key", "no-key-of-this-service"});
    List<String> bodies =
        List.of("{}", "{", "[[[[", "{'no':1}", "\u0000", "null", "{'requestId':['x']}", "<a/>");
    for (int i = 0; i < 200; i++) {
      HttpRule rule =
          methods
              .get(random.nextInt(methods.size()))
              .getOptions()
              .getExtension(AnnotationsProto.http);
      String path = pathOf(rule).replaceAll("\\{\\w+}", "no%20id") + "?no_such=1";
      String body = bodies.get(random.nextInt(bodies.size())).repeat(1 + random.nextInt(50));
      HttpResponse<String> response =
          browser.send(
              verbOf(rule),
              path,
              rule.getBody().isEmpty() ? "" : body,
              credentials.get(random.nextInt(credentials.size())));
      assertThat(response.statusCode()).as(path).isEqualTo(401);
      assertThat(Browser.refusal(response).fields()).as(path).isEmpty();
      assertThat(response.body()).hasSizeLessThan(500);
    }
  }

  @Test
  void aQueryIsReadOnlyForThoseWhoMayCall() {
    assertThat(browser.get("/v1/tasks?no_such=1").statusCode()).isEqualTo(401);
    assertThat(Browser.refusal(get("/v1/tasks?viewer_id=a&viewerId=b")).fields())
        .containsExactly("viewerId: given twice (expected: once)");
  }

  @Test
  void aBodyThatIsNotInUtf8IsRefusedAndNeverAltered() throws Exception {
    byte[] gbk =
        "{\"requestId\":\"r\",\"reason\":\"\u4f60\u597d\"}".getBytes(Charset.forName("GBK"));
    for (byte[] body :
        List.of(gbk, new byte[] {'{', '"', (byte) 0xC0, (byte) 0x80, '"', ':', '1', '}'})) {
      HttpResponse<String> response = postBytes(body);
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(Browser.refusal(response).message()).contains("UTF-8");
    }
    HttpResponse<String> named = postBytes(gbk, "content-type", "application/json; charset=GBK");
    assertThat(Browser.refusal(named).message())
        .isEqualTo("content-type: charset GBK (expected: utf-8)");
    HttpResponse<String> packed = postBytes(gbk, "content-encoding", "gzip");
    assertThat(packed.statusCode()).isEqualTo(400);
    assertThat(Browser.refusal(packed).message())
        .isEqualTo("content-encoding: gzip (expected: none)");
    assertThat(Browser.refusal(post("/v1/check-in", "{'requestId':'\\ud83d'}")).message())
        .contains("Unpaired surrogate");
  }

  @Test
  void bytesAreTakenIfAndOnlyIfTheyAreUtf8() throws Exception {
    Random random = new Random(20261129);
    int refused = 0;
    for (int i = 0; i < 150; i++) {
      byte[] text = new byte[1 + random.nextInt(6)];
      for (int at = 0; at < text.length; at++) {
        // Neither quotes nor controls, which JSON has a meaning for.
        int next = random.nextInt(256);
        text[at] = (byte) (next < 0x20 || next == '"' || next == '\\' ? 'x' : next);
      }
      if (random.nextBoolean()) {
        String readable =
            random.ints(2, 0x4e00, 0x9fff).mapToObj(Character::toString).toList().get(0);
        text = readable.getBytes(Charset.forName(random.nextBoolean() ? "GBK" : "UTF-8"));
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      body.write("{\"requestId\":\"r".getBytes(US_ASCII));
      body.write(text);
      body.write("\"}".getBytes(US_ASCII));
      boolean isUtf8 = isUtf8(text);
      String message = Browser.refusal(postBytes(body.toByteArray())).message();
      assertThat(message.contains("no text in UTF-8"))
          .as("%s: %s", HexFormat.of().formatHex(text), message)
          .isEqualTo(!isUtf8);
      refused += isUtf8 ? 0 : 1;
    }
    assertThat(refused).isBetween(30, 140);
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)) != null;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static HttpResponse<String> postBytes(byte[] body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.httpPort() + "/v1/points:adjust"))
            .header("authorization", "Bearer " + token)
            .POST(BodyPublishers.ofByteArray(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return browser.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void anIdMayHoldWhatAPathHasAMeaningFor() {
    for (String id : List.of("a:b", "a%3Ab", "a@b")) {
      assertThat(Browser.refusal(get("/v1/tasks/" + id + "?viewer_id=anna")).message())
          .contains("a" + id.replace("%3A", ":").charAt(1) + "b");
    }
    HttpResponse<String> entered =
        post("/v1/rooms/room%3A1:enter", "{'requestId':'enter-colon','viewerId':'carl'}");
    assertThat(entered.statusCode()).as(entered.body()).isEqualTo(200);
    assertThat(entered.body()).contains("\"roomId\":\"room:1\"");
  }

  @Test
  void aStreamIsAnArrayUntilItsDeadline() throws Exception {
    String path = "/flywheel.v1.ViewerService/WatchViewer";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + path))
            .header("authorization", "Bearer " + token)
            .header("grpc-timeout", "5S")
            .POST(BodyPublishers.ofString("{\"viewerId\":\"watched\"}"))
            .build();
    HttpResponse<InputStream> stream = browser.send(request, BodyHandlers.ofInputStream());
    assertThat(stream.statusCode()).isEqualTo(200);
    try (InputStream items = stream.body()) {
      String snapshot = new String(items.readNBytes(12), StandardCharsets.UTF_8);
      assertThat(snapshot).isEqualTo("[{\"snapshot\"");
      post("/v1/points:adjust", "{'requestId':'w','viewerId':'watched','amount':7,'reason':'x'}");
      String rest = new String(items.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(JsonParser.parseString(snapshot + rest).getAsJsonArray())
          .as(rest)
          .hasSizeGreaterThan(1);
    }
    assertThat(Browser.refusal(post(path, "{'viewer':'x'}")).fields())
        .containsExactly("viewer: no such field of WatchViewerRequest");
    assertThat(browser.post(path, "{}").statusCode()).isEqualTo(401);
    assertThat(Browser.refusal(post("/flywheel.v1.EventService/StreamEvents", "{}")).reason())
        .isEqualTo("UNKNOWN_METHOD");
  }

  @Test
  void aPageIsFollowedByItsToken() {
    ListPointsEntriesRequest request =
        ListPointsEntriesRequest.newBuilder().setViewerId("anna").setPageSize(1).build();
    ListPointsEntriesResponse first =
        PointsServiceGrpc.newBlockingStub(server.channel(token)).listPointsEntries(request);
    String page = URLEncoder.encode(first.getNextPageToken(), StandardCharsets.UTF_8);
    ListPointsEntriesResponse second =
        get(
                "/v1/points/entries?viewerId=anna&pageSize=1&page_token=" + page,
                ListPointsEntriesResponse.newBuilder())
            .build();
    assertThat(second.getEntriesList()).hasSize(1).isNotEqualTo(first.getEntriesList());
  }

  private static List<MethodDescriptor> unaryMethods() {
    List<MethodDescriptor> methods = new ArrayList<>();
    server.instance(CallPath.class).services().stream()
        .flatMap(service -> service.getMethods().stream())
        .map(ServerMethodDefinition::getMethodDescriptor)
        .filter(method -> method.getType() == io.grpc.MethodDescriptor.MethodType.UNARY)
        .map(method -> (ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
        .forEach(method -> methods.add(method.getMethodDescriptor()));
    assertThat(methods).hasSizeGreaterThan(20);
    return methods;
  }

  private static long unauthenticatedCallsOf(MethodDescriptor method) {
    Timer timer =
        server
            .instance(MeterRegistry.class)
            .find("grpc.server.calls")
            .tag("method", method.getService().getFullName() + "/" + method.getName())
            .tag("code", "UNAUTHENTICATED")
            .timer();
    return timer == null ? 0 : timer.count();
  }

  /** The call as the method's annotation says, its fields spread over path, query and body. */
  private static HttpResponse<String> sendAsAnnotated(
      MethodDescriptor method, JsonObject request, String token) {
    HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
    JsonObject rest = request.deepCopy();
    StringBuilder path = new StringBuilder();
    Matcher variable = VARIABLE.matcher(pathOf(rule));
    while (variable.find()) {
      String field = method.getInputType().findFieldByName(variable.group(1)).getJsonName();
      variable.appendReplacement(path, rest.remove(field).getAsString());
    }
    variable.appendTail(path);
    if (!rule.getBody().isEmpty()) {
      return browser.send(verbOf(rule), path.toString(), rest.toString(), Browser.bearing(token));
    }
    String query =
        rest.entrySet().stream()
            .flatMap(field ->
                values(field.getValue()).map(value -> field.getKey() + "=" + value.getAsString()))
            .collect(Collectors.joining("&"));
    return browser.send(verbOf(rule), path + "?" + query, "", Browser.bearing(token));
  }

  /** A list's elements, each a parameter of its own; of anything else the value itself. */
  private static Stream<JsonElement> values(JsonElement value) {
    return value.isJsonArray() ? value.getAsJsonArray().asList().stream() : Stream.of(value);
  }

  private static String verbOf(HttpRule rule) {
    return rule.getPatternCase().name();
  }

  private static String pathOf(HttpRule rule) {
    return (String)
        rule.getField(rule.getOneofFieldDescriptor(HttpRule.getDescriptor().getOneofs().get(0)));
  }

  private static HttpResponse<String> get(String path) {
    return browser.get(path, Browser.bearing(token));
  }

  private static <T extends Message.Builder> T get(String path, T into) {
    return Browser.answer(get(path), into);
  }

  /** Posts JSON that is written with single quotes. */
  private static HttpResponse<String> post(String path, String body) {
    return browser.post(path, body.replace('\'', '"'), Browser.bearing(token));
  }

  private static <T extends AbstractStub<T>> T stub(String format, Class<T> type) {
    return GrpcClients.builder(format + "+http://127.0.0.1:" + server.httpPort() + "/")
        .addHeader("authorization", "Bearer " + token)
        .build(type);
  }
}
