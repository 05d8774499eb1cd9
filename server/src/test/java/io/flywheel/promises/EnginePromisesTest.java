package io.flywheel.promises;

import static io.flywheel.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.Message;
import io.flywheel.engine.ActionLogPurge;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.chores.Chores;
import io.flywheel.platform.db.Database;
import io.flywheel.points.LedgerAuditDao;
import io.flywheel.program.Programs;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.AdjustPointsResponse;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.EnterRoomResponse;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventOutcome;
import io.flywheel.v1.EventResult;
import io.flywheel.v1.Fact;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.LeaveRoomRequest;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.Program;
import io.flywheel.v1.RoomServiceGrpc;
import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/**
 * Exactly once, and each action for itself: through two real servers on one database, of which each
 * test uses a merchant of its own.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class EnginePromisesTest {
  private static final String PROGRAM =
      """
      tasks:
      - id: like
        title: Like
        trigger: like
        repeat: true
        tiers: [{threshold: 1, rewards: [points: 1]}]
      - id: rounds
        title: So much at once that it sets off more than anyone can follow
        trigger: custom
        custom: bulk
        count: amount
        repeat: true
        tiers: [{threshold: 1}, {threshold: 100000000, rewards: [badge: twice]}]
      - id: tickets
        title: A ticket for every fen
        trigger: order
        count: amount
        repeat: true
        tiers: [{threshold: 1, rewards: [ticket: {lottery_id: draw, count: 100}]}]
      - id: show
        title: Twice in one show
        trigger: share
        window: broadcast
        tiers: [{threshold: 2, rewards: [points: 5]}]
      """;
  private static final int CALLERS = 16;

  private final Saboteur saboteur = new Saboteur();
  private TestServer server;
  private TestServer second;
  private LivePlatform platform;
  private LivePlatform elsewhere;
  private String merchant = "";

  @BeforeAll
  void start() throws Exception {
    server = TestServer.builder().module(saboteur).start();
    second = server.another();
  }

  @AfterAll
  void stop() {
    second.close();
    server.close();
  }

  @BeforeEach
  void applyProgram(TestInfo test) {
    merchant = test.getTestMethod().orElseThrow().getName();
    platform = new LivePlatform(server, merchant);
    elsewhere = new LivePlatform(second, merchant);
    platform.apply("apply", PROGRAM);
  }

  @Test
  void aPoisonousActionFailsAloneAndItsBatchMatesCount() {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String viewer = "v" + i % 40;
      events.add(
          switch (i) {
            case 20 -> platform.custom("e20", viewer, "throw");
            case 61 -> platform.custom("e61", viewer, "recurse");
            case 102, 143 -> platform.custom("e" + i, viewer, "refused");
            default -> platform.liked("e" + i, viewer);
          });
    }
    IngestEventsResponse response = platform.ingest(events);
    assertThat(response.getAccepted()).isEqualTo(196);
    assertThat(response.getResultsList())
        .filteredOn(result -> result.getOutcome() == EventOutcome.EVENT_OUTCOME_REJECTED)
        .extracting(EventResult::getIndex, result -> result.getError().getReason())
        .containsExactly(
            tuple(20, "INTERNAL"),
            tuple(61, "INTERNAL"),
            tuple(102, "INTERNAL"),
            tuple(143, "INTERNAL"));
    long points = IntStream.range(0, 40).mapToLong(i -> platform.balance("v" + i)).sum();
    assertThat(points).isEqualTo(196);
    assertAuditIsClean();
    // What was rejected took no effect, so its id is free.
    assertThat(platform.ingest(platform.liked("e20", "v20")).getOutcome())
        .isEqualTo(EventOutcome.EVENT_OUTCOME_ACCEPTED);
  }

  @Test
  void whoFailsAfterTheCommitNeitherUndoesItNorStopsTheLane() {
    for (int i = 0; i < 3; i++) {
      assertThat(platform.ingest(platform.liked("e" + i, "listened-to")).getOutcome())
          .isEqualTo(EventOutcome.EVENT_OUTCOME_ACCEPTED);
    }
    assertThat(platform.balance("listened-to")).isEqualTo(3);
  }

  @Test
  void aRepeatedRequestGetsTheFirstAnswer() {
    AdjustPointsResponse first = adjust(platform, "r1", "v", 100);
    adjust(platform, "r2", "v", 11);
    assertThat(adjust(platform, "r1", "v", 100)).isEqualTo(first);
    assertThat(adjust(elsewhere, "r1", "v", 100)).isEqualTo(first);
    assertThat(platform.balance("v")).isEqualTo(111);
  }

  @Test
  void aRequestSentByManyAtATimeToTwoServersHasOneEffectAndOneAnswer() throws Exception {
    for (int round = 0; round < 5; round++) {
      String id = "r" + round;
      List<AdjustPointsResponse> answers =
          Threads.together(CALLERS, i -> adjust(i % 2 == 0 ? platform : elsewhere, id, "v", 100));
      assertThat(Set.copyOf(answers)).hasSize(1);
      assertThat(platform.balance("v")).isEqualTo(100L * (round + 1));
    }
    assertAuditIsClean();
  }

  @Test
  void theSameIdWithAnotherContentIsRefused() {
    AdjustPointsResponse first = adjust(platform, "r", "v", 100);
    assertRefused("REQUEST_ID_REUSED", () -> adjust(platform, "r", "v", 101));
    assertRefused("REQUEST_ID_REUSED", () -> adjust(elsewhere, "r", "v", 101));
    assertThat(adjust(platform, "r", "v", 100)).isEqualTo(first);
    adjust(platform, "r", "another", 101); // each viewer's ids are its own
    assertThat(platform.balance("v")).isEqualTo(100);

    platform.ingest(platform.liked("e", "v"));
    for (Event other :
        List.of(platform.liked("e", "another"), platform.commented("e", "v", "hello"))) {
      assertThat(elsewhere.ingest(other).getError().getReason()).isEqualTo("REQUEST_ID_REUSED");
    }
  }

  @Test
  void nobodyUsesUpAnothersIdsAndAnotherInstanceFindsTheAnswer() {
    RoomServiceGrpc.RoomServiceBlockingStub viewer =
        RoomServiceGrpc.newBlockingStub(platform.as(Role.VIEWER, "v"));
    EnterRoomRequest enter =
        EnterRoomRequest.newBuilder().setRequestId("r").setRoomId("room").build();
    EnterRoomResponse entered = viewer.enterRoom(enter);
    viewer.leaveRoom(LeaveRoomRequest.newBuilder().setRequestId("r").setRoomId("room").build());
    server.clock().advance(Duration.ofSeconds(1));
    AdjustPointsResponse adjusted = adjust(platform, "r", "v", 100);
    assertThat(adjusted.getBalance()).isEqualTo(100);
    assertThat(
            RoomServiceGrpc.newBlockingStub(platform.channel())
                .enterRoom(enter.toBuilder().setViewerId("v").build())
                .getHeartbeatToken())
        .isNotEqualTo(entered.getHeartbeatToken());
    for (Role role : List.of(Role.PLATFORM, Role.MERCHANT)) {
      assertThat(adjust(platform.as(role, "another-instance"), "r", "v", 100)).isEqualTo(adjusted);
    }
    assertThat(viewer.enterRoom(enter)).isEqualTo(entered);
    assertThat(platform.balance("v")).isEqualTo(100);
  }

  /**
   * Few ids that many callers use for different things, by both servers: what is one caller's side,
   * one method and one viewer's has one effect and one answer, whatever others use the id for.
   */
  @Test
  void anIdIsOneThingForEachSideMethodAndViewer() {
    Random random = new Random(20261129);
    List<String> viewers = List.of("v1", "v2", "v3");
    Map<String, Long> balances = new HashMap<>();
    Map<List<Object>, Channel> channels = new HashMap<>();
    Map<List<String>, Message> contents = new HashMap<>();
    Map<List<String>, Message> answers = new HashMap<>();
    int repeated = 0;
    int reused = 0;
    for (int i = 0; i < 300; i++) {
      LivePlatform way = random.nextBoolean() ? platform : elsewhere;
      String viewer = viewers.get(random.nextInt(viewers.size()));
      Role role = List.of(Role.VIEWER, Role.PLATFORM, Role.MERCHANT).get(random.nextInt(3));
      String subject = role == Role.VIEWER ? viewer : "instance-" + random.nextInt(2);
      Channel channel =
          channels.computeIfAbsent(
              List.of(way == platform, role, subject), unused -> way.as(role, subject));
      String id = "id-" + random.nextInt(4);
      boolean adjusts = role != Role.VIEWER && (role == Role.MERCHANT || random.nextBoolean());
      Message request =
          adjusts
              ? adjustment(id, viewer, 1 + random.nextInt(2))
              : EnterRoomRequest.newBuilder()
                  .setRequestId(id)
                  .setViewerId(viewer)
                  .setRoomId("room")
                  .setTimeZone(random.nextBoolean() ? "Asia/Shanghai" : "")
                  .build();
      Supplier<Message> call =
          () ->
              request instanceof AdjustPointsRequest adjustment
                  ? PointsServiceGrpc.newBlockingStub(channel).adjustPoints(adjustment)
                  : RoomServiceGrpc.newBlockingStub(channel).enterRoom((EnterRoomRequest) request);
      List<String> key =
          List.of(
              role == Role.VIEWER ? "viewer" : "merchant",
              adjusts ? "adjust" : "enter",
              viewer,
              id);
      Message first = contents.putIfAbsent(key, request);
      if (first == null) {
        answers.put(key, call.get());
        if (request instanceof AdjustPointsRequest adjustment) {
          balances.merge(viewer, adjustment.getAmount(), Long::sum);
        }
      } else if (first.equals(request)) {
        assertThat(call.get()).as("%s", key).isEqualTo(answers.get(key));
        repeated++;
      } else {
        assertRefused("REQUEST_ID_REUSED", call::get);
        reused++;
      }
      assertThat(platform.balance(viewer)).isEqualTo(balances.getOrDefault(viewer, 0L));
      server.clock().advance(Duration.ofSeconds(1));
    }
    assertThat(repeated).isGreaterThan(50);
    assertThat(reused).isGreaterThan(50);
  }

  @Test
  void idsAreRememberedFromWhenTheyTookEffectWhateverTimeTheyBear() {
    List<String> ids =
        List.of(
            "no-time",
            "019cad8f-ac00-7000-8000-000000000001", // 2026-03-02T08:00
            "01KJPRZB00ZZZZZZZZZZZZZZZZ",
            "2028379781329846272",
            "00000000-0001-7000-8000-000000000001", // 1970
            "00000000-0000-7000-8000-000000000001",
            "e8d4a510-0000-7000-8000-000000000001", // 10 thousand years hence
            "ffffffff-ffff-7fff-bfff-ffffffffffff",
            "019d480e-7400-7000-8000-000000000001"); // 30 days hence
    List<Event> events = ids.stream().map(id -> platform.liked(id, "v")).toList();
    assertThat(platform.ingest(events).getAccepted()).isEqualTo(ids.size());
    long rows = actionsRemembered();
    assertThat(rows).as("with the one that applied the program").isEqualTo(ids.size() + 1);

    server.clock().advance(Duration.ofDays(7));
    purgeIds();
    assertThat(platform.ingest(events).getDuplicates()).isEqualTo(ids.size());
    List<Event> later = ids.stream().map(id -> elsewhere.liked(id, "v")).toList();
    assertThat(elsewhere.ingest(later).getResultsList())
        .extracting(result -> result.getError().getReason())
        .containsOnly("REQUEST_ID_REUSED");
    assertThat(platform.balance("v")).isEqualTo(ids.size());
    assertThat(actionsRemembered()).isEqualTo(rows);

    server.clock().advance(Duration.ofDays(1).plusMillis(1));
    purgeIds();
    assertThat(actionsRemembered()).isZero();
  }

  private void purgeIds() {
    server.instance(Chores.class).run(ActionLogPurge.InOrder.class);
    server.instance(Chores.class).run(ActionLogPurge.OutOfOrder.class);
  }

  private long actionsRemembered() {
    return server
        .instance(Database.class)
        .<Long, RuntimeException>read(handle ->
            handle
                .createQuery("SELECT COUNT(*) FROM action_log WHERE merchant_id = :merchantId")
                .bind("merchantId", merchant)
                .mapTo(Long.class)
                .one());
  }

  @Test
  void anEventCountsOnceWithinACallAcrossCallsServersAndRestarts() throws Exception {
    Event event = platform.liked("e", "v");
    IngestEventsResponse response = platform.ingest(List.of(event, event, event));
    assertThat(response.getAccepted()).isEqualTo(1);
    assertThat(response.getDuplicates()).isEqualTo(2);
    assertDuplicate(platform.ingest(event));
    assertDuplicate(elsewhere.ingest(event));
    try (TestServer third = server.another()) {
      assertDuplicate(new LivePlatform(third, merchant).ingest(event));
      third.restart();
      assertDuplicate(new LivePlatform(third, merchant).ingest(event));
    }
    assertThat(platform.balance("v")).isEqualTo(1);
  }

  @Test
  void anEventSentByManyAtATimeCountsOnce() throws Exception {
    List<Event> events =
        IntStream.range(0, 100).mapToObj(i -> platform.liked("e" + i, "v" + i % 7)).toList();
    List<IngestEventsResponse> responses =
        Threads.together(
            CALLERS, i -> (i % 2 == 0 ? platform : elsewhere).ingest(rotated(events, i * 13)));
    assertThat(responses.stream().mapToInt(IngestEventsResponse::getAccepted).sum()).isEqualTo(100);
    assertThat(responses.stream().mapToInt(IngestEventsResponse::getRejected).sum()).isZero();
    assertThat(IntStream.range(0, 7).mapToLong(i -> platform.balance("v" + i)).sum())
        .isEqualTo(100);
    assertAuditIsClean();
  }

  /** They are on different lanes and nodes, so that only the database can tell. */
  @Test
  void anEventIdThatManyViewersGiveAtATimeIsOneViewers() throws Exception {
    for (int round = 0; round < 10; round++) {
      String id = "e" + round;
      List<EventResult> results =
          Threads.together(
              CALLERS,
              i -> {
                LivePlatform way = i % 2 == 0 ? platform : elsewhere;
                return way.ingest(way.liked(id, "v" + i));
              });
      assertThat(results)
          .extracting(result -> result.getOutcome() + " " + result.getError().getReason())
          .filteredOn(outcome -> !outcome.equals("EVENT_OUTCOME_REJECTED REQUEST_ID_REUSED"))
          .containsExactly("EVENT_OUTCOME_ACCEPTED ");
    }
    assertAuditIsClean();
  }

  @Test
  void aChainThatIsTooLongChangesNothing() {
    // Such a program is refused by now; an earlier build took it.
    putInForceUnchecked(PROGRAM.replace("threshold: 100000000", "threshold: 2"));
    Event.Builder bulk = platform.event("e", "v").setCustom(bulk(200_002));
    IngestEventsResponse response =
        platform.ingest(
            List.of(platform.liked("e1", "v"), bulk.build(), platform.liked("e2", "v")));
    assertThat(response.getResultsList())
        .extracting(result -> result.getError().getReason())
        .containsExactly("", "CHAIN_TOO_LONG", "");
    assertThat(platform.count("v", "rounds")).isZero();
    assertThat(platform.balance("v")).isEqualTo(2);
    // With less of it the chain ends, under the same id, for nothing of the first took effect.
    EventResult shorter = platform.ingest(bulk.setCustom(bulk(101)).build());
    assertThat(shorter.getOutcome()).isEqualTo(EventOutcome.EVENT_OUTCOME_ACCEPTED);
    assertThat(shorter.getFactsList().stream().filter(Fact::hasRewardGiven)).hasSize(50);
  }

  private void putInForceUnchecked(String document) {
    Program program = server.instance(Programs.class).check(document).program();
    server
        .instance(Database.class)
        .jdbi()
        .useTransaction(handle -> {
          handle
              .createUpdate(
                  """
                  INSERT INTO program_version
                    (merchant_id, version, document, program, name, note, applied_by, applied_at_ms)
                  SELECT merchant_id, 2, document, :program, name, note, applied_by, applied_at_ms
                  FROM program_version
                  WHERE merchant_id = :merchant AND version = 1
                  """)
              .bind("program", program.toByteArray())
              .bind("merchant", merchant)
              .execute();
          handle
              .createUpdate("UPDATE program_head SET version = 2 WHERE merchant_id = :merchant")
              .bind("merchant", merchant)
              .execute();
        });
  }

  private static CustomEvent bulk(long amount) {
    return CustomEvent.newBuilder().setName("bulk").setValue(amount).build();
  }

  @Test
  void moreOfAThingThanOneGrantHoldsIsRefusedByItsName() {
    Event.Builder order = platform.event("e", "v");
    order.getOrderedBuilder().setOrderId("o").setAmountMinor(1_000_000_000_000L);
    EventResult result = platform.ingest(order.build());
    assertThat(result.getError().getReason()).isEqualTo("CHAIN_TOO_LONG");
    assertThat(platform.count("v", "tickets")).isZero();
  }

  @Test
  void aLateEventDoesNotLetAnOldBroadcastPayTwice() {
    List<Duration> offsets =
        List.of(
            Duration.ofDays(-1),
            Duration.ofDays(-7).plusMinutes(1),
            Duration.ofMinutes(3),
            Duration.ofMinutes(4),
            Duration.ofMinutes(4));
    for (int i = 0; i < offsets.size(); i++) {
      Event.Builder share = platform.event("e" + i, "v").setBroadcastId("show");
      share.setOccurredAt(LivePlatform.time(server.clock().instant().plus(offsets.get(i))));
      share.getSharedBuilder();
      assertThat(platform.ingest(share.build()).getOutcome())
          .isEqualTo(EventOutcome.EVENT_OUTCOME_ACCEPTED);
    }
    assertThat(platform.balance("v")).isEqualTo(5);
  }

  @Test
  void noRowOfSumsIsWrittenByTwoNodes() {
    for (int i = 0; i < 10; i++) {
      platform.ingest(platform.liked("here" + i, "v" + i % 3));
      elsewhere.ingest(elsewhere.liked("there" + i, "v" + i % 3));
    }
    assertThat(nodesThatWrote("ledger_account")).containsExactly(0, 1);
    assertThat(platform.balance("v0") + platform.balance("v1") + platform.balance("v2"))
        .isEqualTo(20);
    assertAuditIsClean();
  }

  private List<Integer> nodesThatWrote(String table) {
    return server
        .instance(Database.class)
        .<List<Integer>, RuntimeException>read(handle ->
            handle
                .createQuery(
                    "SELECT DISTINCT shard DIV 64 AS node FROM "
                        + table
                        + " WHERE merchant_id = :merchantId ORDER BY node")
                .bind("merchantId", merchant)
                .mapTo(Integer.class)
                .list());
  }

  @Test
  void factsComeWithTheAnswerOfTheActionThatSetThemOff() {
    assertThat(platform.ingest(platform.liked("e", "v")).getFactsList())
        .extracting(Fact::getWhatCase)
        .containsExactly(
            Fact.WhatCase.TASK_PROGRESSED,
            Fact.WhatCase.TIER_REACHED,
            Fact.WhatCase.REWARD_GIVEN,
            Fact.WhatCase.TASK_COMPLETED,
            Fact.WhatCase.POINTS_BOOKED);
  }

  private void assertAuditIsClean() {
    assertThat(server.instance(LedgerAuditDao.class).findings(merchant)).isEmpty();
  }

  private static void assertDuplicate(EventResult result) {
    assertThat(result.getOutcome())
        .as(result.toString())
        .isEqualTo(EventOutcome.EVENT_OUTCOME_DUPLICATE);
  }

  private static List<Event> rotated(List<Event> events, int by) {
    List<Event> rotated = new ArrayList<>(events.subList(by % events.size(), events.size()));
    rotated.addAll(events.subList(0, by % events.size()));
    return rotated;
  }

  private static AdjustPointsResponse adjust(
      LivePlatform way, String requestId, String viewerId, long amount) {
    return adjust(way.channel(), requestId, viewerId, amount);
  }

  private static AdjustPointsResponse adjust(
      Channel channel, String requestId, String viewerId, long amount) {
    return PointsServiceGrpc.newBlockingStub(channel)
        .adjustPoints(adjustment(requestId, viewerId, amount));
  }

  private static AdjustPointsRequest adjustment(String requestId, String viewerId, long amount) {
    return AdjustPointsRequest.newBuilder()
        .setRequestId(requestId)
        .setViewerId(viewerId)
        .setAmount(amount)
        .setReason("a test")
        .build();
  }
}
