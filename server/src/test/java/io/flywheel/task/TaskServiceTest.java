package io.flywheel.task;

import static io.flywheel.testing.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Settlement;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.ActRequest;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.ClaimTaskRewardRequest;
import io.flywheel.v1.Commented;
import io.flywheel.v1.EnterRoomRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.ExplainTaskRequest;
import io.flywheel.v1.ExplainTaskResponse;
import io.flywheel.v1.Fact;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.GetTaskRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.IngestEventsResponse;
import io.flywheel.v1.Liked;
import io.flywheel.v1.ListTaskTotalsRequest;
import io.flywheel.v1.ListTasksRequest;
import io.flywheel.v1.ListTasksResponse;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.RuleVerdict;
import io.flywheel.v1.Shared;
import io.flywheel.v1.TaskCause;
import io.flywheel.v1.TaskProgress;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.TaskState;
import io.flywheel.v1.TaskTotals;
import io.flywheel.v1.Text;
import io.flywheel.v1.TierProgress;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Tasks as viewers and hosts meet them, through a real server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TaskServiceTest {
  private static final AtomicInteger IDS = new AtomicInteger();

  private TestServer server;

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void eachTierIsPaidOnceAndProgressSaysWhatIsMissing() {
    World world =
        world(
            """
            - id: likes
              title: 点赞
              trigger: like
              tiers: [{threshold: 3, rewards: [points: 5]}, {threshold: 10, rewards: [points: 7]}]
            """);
    assertThat(kinds(world.like("v", 2))).containsExactly("TASK_PROGRESSED");
    assertThat(world.task("v", "likes").getMissing()).isEqualTo(1);
    assertThat(kinds(world.like("v", 1)))
        .containsExactly("TASK_PROGRESSED", "TIER_REACHED", "REWARD_GIVEN", "POINTS_BOOKED");
    assertThat(world.task("v", "likes").getMissing()).isEqualTo(7);
    world.like("v", 20);
    assertThat(world.like("v", 20)).as("done is done").isEmpty();
    assertThat(world.balance("v")).isEqualTo(12);
    TaskProgress done = world.task("v", "likes");
    assertThat(done.getState()).isEqualTo(TaskState.TASK_STATE_DONE);
    assertThat(done.getTiersList()).allMatch(TierProgress::getReached);
    assertThat(done.getTiersList()).allMatch(TierProgress::getSettled);
  }

  @Test
  void aDailyTaskBeginsAgainWhenTheProgramsDayDoes() {
    World world =
        world(
            """
            - id: likes
              title: 点赞
              trigger: like
              window: day
              tiers: [{threshold: 1, rewards: [points: 1]}]
            """);
    Instant fourOClock = Instant.parse("2026-03-01T20:00:00Z"); // 4:00 of the second in Shanghai
    world.likeAt("v", fourOClock.minusSeconds(1));
    world.likeAt("v", fourOClock.minusSeconds(3_600));
    assertThat(world.balance("v")).isEqualTo(1);
    world.likeAt("v", fourOClock);
    assertThat(world.balance("v")).isEqualTo(2);
    world.likeAt("v", fourOClock.minusSeconds(7_200)); // late, for a day that is done
    assertThat(world.balance("v")).isEqualTo(2);
  }

  @Test
  void aViewerIsToldAtOnceWhyAnActionDidNotCount() {
    World world =
        world(
            """
            - id: talk
              title: 评论
              trigger: comment
              count: distinct_texts
              condition: size(event.commented.text) >= 2
              rate_limit: {times: 3, per: 1m}
              tiers: [{threshold: 10, rewards: [points: 1]}]
            - id: clap
              title: 点赞
              trigger: like
              rate_limit: {times: 5, per: 1m}
              tiers: [{threshold: 100, rewards: [points: 1]}]
            - id: secret
              title: 隐藏
              trigger: comment
              hidden: true
              condition: event.commented.text == "open sesame"
              tiers: [{threshold: 1, rewards: [points: 1]}]
            """);
    assertThat(passed(world.act("v", say("a")))).containsExactly("talk CONDITION");
    assertThat(passed(world.act("v", say("aa")))).isEmpty();
    assertThat(passed(world.act("v", say("AA ")))).containsExactly("talk SAID_BEFORE");
    assertThat(world.task("v", "talk").getTimesLeft()).isEqualTo(1);
    world.act("v", say("bb"));
    assertThat(passed(world.act("v", say("cc")))).containsExactly("talk RATE_LIMIT");
    assertThat(world.task("v", "talk").getTimesLeft()).isZero();

    List<Fact> likes = world.act("v", act -> act.setLiked(Liked.newBuilder().setCount(8)));
    assertThat(kinds(likes)).containsExactly("TASK_PROGRESSED", "TASK_PASSED_OVER");
    assertThat(likes.get(0).getTaskProgressed().getCount()).isEqualTo(5);
    Instant again =
        Instant.ofEpochMilli(
            Timestamps.toMillis(likes.get(1).getTaskPassedOver().getCountsAgainAt()));
    assertThat(again).isAfter(world.now()).isBeforeOrEqualTo(world.now().plusSeconds(60));
    assertThat(passed(world.like("v", 8)))
        .as("nobody waits for what the platform reports")
        .isEmpty();
  }

  private static List<String> passed(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasTaskPassedOver)
        .map(Fact::getTaskPassedOver)
        .map(pass -> pass.getTaskId() + " " + pass.getReason().name().replace("PASS_REASON_", ""))
        .toList();
  }

  private static UnaryOperator<ActRequest.Builder> say(String text) {
    return act -> act.setCommented(Commented.newBuilder().setText(text));
  }

  @Test
  void aHiddenTaskShowsItselfOnceWhatItRequiresIsCompleted() {
    World world =
        world(
            """
            - id: share
              title: 分享
              trigger: share
              tiers: [{threshold: 1, rewards: [points: 1]}]
            - id: secret
              title: 彩蛋
              trigger: like
              hidden: true
              requires: [share]
              tiers: [{threshold: 1, rewards: [badge: finder]}]
            """);
    world.like("v", 1);
    ListTasksResponse before = world.list("v");
    assertThat(before.getTasksList()).extracting(TaskProgress::getTaskId).containsExactly("share");
    assertThat(before.getHiddenTasks()).isEqualTo(1);
    assertRefused("TASK_NOT_FOUND", () -> world.task("v", "secret"));
    assertThat(kinds(world.share("v"))).contains("TASK_UNLOCKED");
    ListTasksResponse after = world.list("v");
    assertThat(after.getTasksList()).hasSize(2);
    assertThat(after.getTasks(1).getCount()).as("nothing counted before").isZero();
    assertThat(kinds(world.like("v", 1))).contains("GRANT_ISSUED").doesNotContain("TASK_UNLOCKED");
  }

  @Test
  void whatIsEarnedOnClaimIsPaidOnceByTheClaimOrAfterTheGrace() {
    World world =
        world(
            """
            - id: likes
              title: 点赞
              trigger: like
              window: day
              payout: on_claim
              tiers: [{threshold: 1, rewards: [points: 3]}, {threshold: 5, rewards: [points: 4]}]
            """);
    world.like("v", 5);
    assertThat(world.balance("v")).isZero();
    assertThat(world.task("v", "likes").getState()).isEqualTo(TaskState.TASK_STATE_TO_CLAIM);
    ClaimTaskRewardRequest claim = claim("likes", 0);
    assertThat(kinds(world.claim("v", claim))).containsExactly("REWARD_GIVEN", "POINTS_BOOKED");
    assertThat(kinds(world.claim("v", claim))).containsExactly("REWARD_GIVEN", "POINTS_BOOKED");
    assertThat(world.balance("v")).isEqualTo(3);
    assertRefused("ALREADY_CLAIMED", () -> world.claim("v", claim("likes", 0)));
    assertRefused("TIER_NOT_REACHED", () -> world.claim("w", claim("likes", 1)));
    assertRefused("TASK_NOT_FOUND", () -> world.claim("v", claim("unknown", 0)));
    server.clock().advance(Duration.ofDays(1));
    world.like("v", 1);
    assertThat(world.list("v").getUnclaimedList())
        .singleElement()
        .satisfies(earlier -> assertThat(earlier.getTier()).isEqualTo(1));
    server.clock().advance(Duration.ofDays(4));
    world.like("v", 1);
    assertThat(world.balance("v")).as("the unclaimed tiers of both days").isEqualTo(3 + 4 + 3);
  }

  @Test
  void roundsOfARepeatingTaskWaitToBeClaimedWhileTheNextOneCounts() {
    World world =
        world(
            """
            - id: likes
              title: 点赞
              trigger: like
              window: day
              repeat: true
              payout: on_claim
              tiers: [{threshold: 2, rewards: [points: 3]}]
            """);
    world.like("v", 2);
    world.like("v", 3);
    TaskProgress task = world.task("v", "likes");
    assertThat(task.getState()).isEqualTo(TaskState.TASK_STATE_OPEN);
    assertThat(task.getRound()).isEqualTo(2);
    List<TaskCause> unclaimed = world.list("v").getUnclaimedList();
    assertThat(unclaimed).extracting(TaskCause::getRound).containsExactly(0L, 1L);
    assertThat(unclaimed).allMatch(cause -> cause.getWindow().equals(task.getWindow()));

    var unused = world.claim("v", claim("likes", 0));
    assertThat(world.balance("v")).isEqualTo(2 * 3);
    assertThat(world.list("v").getUnclaimedList()).isEmpty();
  }

  @Test
  void aBudgetIsNeverExceeded() {
    World world =
        world(
            """
            - id: likes
              title: 点赞
              trigger: like
              budget: {points: 25, per: day}
              tiers: [{threshold: 1, rewards: [points: 10]}]
            """);
    assertThat(kinds(world.like("a", 1))).contains("POINTS_BOOKED");
    assertThat(kinds(world.like("b", 1))).contains("POINTS_BOOKED");
    assertThat(kinds(world.like("c", 1)))
        .contains("REWARD_WITHHELD")
        .doesNotContain("POINTS_BOOKED");
    assertThat(world.balance("a") + world.balance("b") + world.balance("c")).isEqualTo(20);
  }

  @Test
  void aCapHoldsForEachViewerAndEachDay() {
    World world =
        world(
            """
            - id: orders
              title: 下单
              trigger: order
              repeat: true
              cap: {tiers: 2, per: day}
              tiers: [{threshold: 1, rewards: [points: 10]}]
            """);
    for (int i = 0; i < 4; i++) {
      world.order("v", 100);
    }
    assertThat(world.balance("v")).isEqualTo(20);
    server.clock().advance(Duration.ofDays(1));
    world.order("v", 100);
    assertThat(world.balance("v")).isEqualTo(30);
  }

  @Test
  void aThresholdThatWasLoweredBelowTheCountReadsAsReachedAndIsPaidOnce() {
    String task =
        """
        - id: likes
          title: 点赞
          trigger: like
          tiers: [{threshold: %d, rewards: [points: 7]}]
        """;
    World world = world(task.formatted(10));
    world.like("v", 8);
    world.apply(task.formatted(5));
    assertThat(world.task("v", "likes").getMissing()).isZero();
    assertThat(world.task("v", "likes").getTiers(0).getReached()).isTrue();
    assertThat(world.task("v", "likes").getTiers(0).getSettled()).isFalse();
    for (RuleVerdict rule : world.explain("v", "likes").getRulesList()) {
      assertThat(rule.getDetail().getEn()).doesNotContain("-");
    }
    world.like("v", 1);
    world.like("v", 1);
    assertThat(world.balance("v")).isEqualTo(7);
    assertThat(world.task("v", "likes").getTiers(0).getSettled()).isTrue();
  }

  @Test
  void theTotalsOfATaskSayWhatWasGivenAndWhatWasWithheldAndWhy() {
    World world =
        world(
            """
            - id: likes
              title: 点赞
              trigger: like
              repeat: true
              cap: {tiers: 2, per: day}
              budget: {points: 35, per: day}
              tiers: [{threshold: 1, rewards: [points: 10, experience: 1]}]
            - id: claimed
              title: 待领取
              trigger: share
              payout: on_claim
              tiers: [{threshold: 1, rewards: [points: 5]}]
            - id: unpaid
              title: 无奖励
              trigger: share
              tiers: [{threshold: 1}]
            """);
    world.like("a", 3);
    world.like("b", 2);
    world.share("a");
    world.share("b");
    world.claim("a", claim("claimed", 0));
    server.clock().advance(Duration.ofDays(1));
    world.like("a", 1);

    String first = dayOf(world.now().minus(Duration.ofDays(1)));
    String second = dayOf(world.now());
    TaskTotals claimed =
        TaskTotals.newBuilder().setTaskId("claimed").setReached(2).setGiven(1).setPoints(5).build();
    TaskTotals likes =
        TaskTotals.newBuilder()
            .setTaskId("likes")
            .setReached(5)
            .setGiven(3)
            .setPoints(30)
            .setWithheldByCap(1)
            .setWithheldByBudget(1)
            .build();
    assertThat(world.totals(first, first)).containsExactly(claimed, likes);
    assertThat(world.totals(second, ""))
        .containsExactly(
            TaskTotals.newBuilder()
                .setTaskId("likes")
                .setReached(1)
                .setGiven(1)
                .setPoints(10)
                .build());
    assertThat(world.totals("", ""))
        .containsExactly(
            claimed, likes.toBuilder().setReached(6).setGiven(4).setPoints(40).build());
    assertRefused("INVALID_FIELD", () -> world.totals("2026-02-30", ""));
    assertRefused("INVALID_FIELD", () -> world.totals(second, first));
  }

  @Test
  void totalsAreForgottenAfter400Days() {
    World world =
        world(
            """
            - id: likes
              title: 点赞
              trigger: like
              repeat: true
              tiers: [{threshold: 1, rewards: [points: 1]}]
            """);
    world.like("a", 1);
    purgeTotals(world.now().plus(Duration.ofDays(399)));
    assertThat(world.totals("", "")).hasSize(1);
    purgeTotals(world.now().plus(Duration.ofDays(402)));
    assertThat(world.totals("", "")).isEmpty();
  }

  private void purgeTotals(Instant now) {
    TotalsPurge purge = new TotalsPurge(new TotalsDao());
    Optional<byte[]> progress = Optional.of(new byte[0]);
    while (progress.isPresent()) {
      byte[] from = progress.get();
      progress =
          server.instance(Database.class).inTransaction(handle -> purge.step(handle, from, now));
    }
  }

  /** The program's day: it begins at four o'clock in Shanghai. */
  private static String dayOf(Instant at) {
    return LocalDate.ofInstant(at.minus(Duration.ofHours(4)), ZoneId.of("Asia/Shanghai"))
        .toString();
  }

  @Test
  void aLargeOrderPaysAllItsRoundsInOneEntry() {
    World world =
        world(
            """
            - id: spending
              title: 每元一分
              trigger: order
              count: amount
              repeat: true
              tiers: [{threshold: 100, rewards: [points: 1]}]
            """);
    List<Fact> facts = world.order("v", 500_099);
    assertThat(facts.stream().filter(Fact::hasPointsBooked)).hasSize(1);
    assertThat(world.balance("v")).isEqualTo(5_000);
    world.order("v", 1);
    assertThat(world.balance("v")).as("the rest was kept").isEqualTo(5_001);
  }

  @Test
  void whatComesTooFastIsPassedOver() {
    World world =
        world(
            """
            - id: likes
              title: 点赞
              trigger: like
              rate_limit: {times: 5, per: 60s}
              tiers: [{threshold: 8, rewards: [points: 1]}]
            """);
    world.like("v", 100);
    assertThat(world.task("v", "likes").getCount()).isEqualTo(5);
    server.clock().advance(Duration.ofSeconds(60));
    world.like("v", 2);
    assertThat(world.task("v", "likes").getCount()).isEqualTo(7);
  }

  @Test
  void textsCountOnceWhateverTheirCaseAndBlanks() {
    World world =
        world(
            """
            - id: texts
              title: 评论
              trigger: comment
              count: distinct_texts
              tiers: [{threshold: 2, rewards: [points: 1]}]
            """);
    for (String text : List.of("Hello  there", " hello there ", "HELLO THERE", "", "  ")) {
      world.comment("v", text);
    }
    assertThat(world.task("v", "texts").getCount()).isEqualTo(1);
    world.comment("v", "你好");
    assertThat(world.balance("v")).isEqualTo(1);
  }

  @Test
  void conditionsAudiencesAndRoomsDecideWhatCounts() {
    World world =
        world(
            """
            - id: big-orders
              title: 大单
              trigger: order
              condition: event.ordered.amount_minor >= 1000
              rooms: [room]
              tiers: [{threshold: 1, rewards: [points: 1]}]
            - id: for-buyers
              title: 老客
              trigger: like
              audience: viewer.orders > 0
              tiers: [{threshold: 1, rewards: [points: 10]}]
            """);
    world.like("v", 1);
    world.order("v", 999);
    assertThat(world.balance("v")).isZero();
    world.send("v", "other-room", world.now(), e -> e.setOrdered(ordered(1_000)));
    assertThat(world.balance("v")).isZero();
    world.order("v", 1_000);
    world.like("v", 1);
    assertThat(world.balance("v")).isEqualTo(11);
  }

  @Test
  void aGoalOfTheRoomPaysEveryoneWhoContributedInTimeOnce() throws Exception {
    World world =
        world(
            """
            - id: together
              title: 一起点赞
              trigger: like
              goal: room
              window: day
              tiers: [{threshold: 10, rewards: [points: 5]}, {threshold: 20, rewards: [points: 6]}]
            """);
    world.like("a", 4);
    world.like("b", 4);
    settleDue();
    assertThat(world.task("a", "together").getOwnCount()).isEqualTo(4);
    assertThat(world.task("a", "together").getCount()).isEqualTo(8);
    assertThat(world.task("a", "together").getTiers(0).getReached()).isFalse();
    world.like("c", 4);
    settleDue();
    assertThat(world.task("a", "together").getTiers(0).getReached()).isTrue();
    server.clock().advance(Duration.ofSeconds(1));
    world.like("d", 1);
    settle();
    assertThat(world.balances("a", "b", "c", "d")).containsExactly(5L, 5L, 5L, 0L);
    world.like("a", 100);
    settle();
    settle();
    assertThat(world.balances("a", "b", "c", "d")).containsExactly(11L, 11L, 11L, 6L);
    assertThat(world.task("d", "together").getTiersList())
        .extracting(TierProgress::getReached)
        .containsExactly(true, true);
  }

  @Test
  void aTaskOfItsOwnTimeBeginsAndEnds() {
    World world =
        world(
            """
            - id: festival
              title: 节日
              trigger: like
              window: {kind: custom, starts_at: "2100-01-01T00:00:00Z", ends_at: "2100-01-02T00:00:00Z"}
              tiers: [{threshold: 1, rewards: [points: 1]}]
            - id: past
              title: 过去
              trigger: like
              window: {kind: custom, starts_at: "2020-01-01T00:00:00Z", ends_at: "2020-01-02T00:00:00Z"}
              tiers: [{threshold: 1, rewards: [points: 1]}]
            """);
    assertThat(world.like("v", 1)).isEmpty();
    assertThat(world.task("v", "festival").getState()).isEqualTo(TaskState.TASK_STATE_NOT_STARTED);
    assertThat(world.task("v", "past").getState()).isEqualTo(TaskState.TASK_STATE_ENDED);
  }

  @Test
  void progressCarriesOverToTheNextVersionByTheTasksId() {
    World world =
        world(
            """
            - id: likes
              title: 点赞
              trigger: like
              tiers: [{threshold: 10, rewards: [points: 1]}]
            """);
    world.like("v", 8);
    world.apply(
        """
        - id: other
          title: 别的
          trigger: share
          tiers: [{threshold: 1}]
        - id: likes
          title: 点赞
          trigger: like
          tiers: [{threshold: 9, rewards: [points: 2]}, {threshold: 12, rewards: [points: 3]}]
        """);
    assertThat(world.task("v", "likes").getCount()).isEqualTo(8);
    world.like("v", 1);
    assertThat(world.balance("v")).isEqualTo(2);
  }

  @Test
  void anExplanationGoesRuleByRule() {
    World world =
        world(
            """
            - id: share
              title: {zh: 分享, en: Share}
              trigger: share
              tiers: [{threshold: 1}]
            - id: likes
              title: 点赞
              trigger: like
              requires: [share]
              audience: viewer.orders == 0
              rate_limit: {times: 5, per: 60s}
              budget: {tiers: 100}
              cap: {tiers: 1, per: day}
              tiers: [{threshold: 3, rewards: [points: 1]}]
            """);
    ExplainTaskResponse locked = world.explain("v", "likes");
    assertThat(locked.getRulesList())
        .extracting(RuleVerdict::getRule)
        .containsExactly(
            "window", "audience", "requires", "rate_limit", "cap", "budget", "tiers[0]");
    assertThat(locked.getSummary().getEn()).isEqualTo("First complete: Share");
    assertThat(locked.getSummary().getZh()).isEqualTo("需先完成：分享");
    world.share("v");
    world.like("v", 2);
    assertThat(world.explain("v", "likes").getSummary().getEn())
        .isEqualTo("Needs 3: 2 so far, 1 to go");
    world.like("v", 1);
    assertThat(world.explain("v", "likes").getRulesList())
        .filteredOn(rule -> !rule.getHolds())
        .extracting(RuleVerdict::getRule)
        .containsExactly("cap");
  }

  @Test
  void anExplanationSpeaksOfTheWindowInWords() {
    World world =
        world(
            """
            - {id: once, title: 一, trigger: like, tiers: [{threshold: 9}]}
            - {id: day, title: 二, trigger: like, window: day, tiers: [{threshold: 9}]}
            - {id: week, title: 三, trigger: like, window: week, tiers: [{threshold: 9}]}
            - {id: show, title: 四, trigger: like, window: broadcast, tiers: [{threshold: 9}]}
            """);
    world.like("v", 1);
    assertThat(List.of("once", "day", "week", "show"))
        .map(id -> world.explain("v", id).getRules(0).getDetail())
        .extracting(Text::getZh, Text::getEn)
        .satisfiesExactly(
            once ->
                assertThat(once)
                    .isEqualTo(tuple("一直累计，不清零", "It counts for good, from the first time on")),
            day ->
                assertThat(day.toList().toString())
                    .matches("\\[只统计今天（(\\d{4}-\\d\\d-\\d\\d)）, It counts today \\(\\1\\)]"),
            week ->
                assertThat(week.toList().toString())
                    .matches("\\[只统计本周（(\\d{4}-W\\d\\d)）, It counts this week \\(\\1\\)]"),
            show -> assertThat(show).isEqualTo(tuple("只统计本场直播", "It counts in this show")));
  }

  @Test
  void whatAMerchantWroteIsExplainedToViewersInWordsAndToOthersAsItIsWritten() {
    World world =
        world(
            """
            - id: likes
              title: 点赞
              trigger: like
              rooms: [room-9]
              audience: viewer.orders == 0
              condition: event.liked.count > 1
              tiers: [{threshold: 3}]
            """);
    world.like("v", 2);
    assertThat(world.explain("v", "likes").getRulesList())
        .flatExtracting(rule -> List.of(rule.getDetail().getZh(), rule.getDetail().getEn()))
        .noneMatch(
            text -> text.contains("viewer.") || text.contains("event.") || text.contains("room-9"))
        .contains("仅限指定直播间参与", "你在活动人群内", "仅统计符合任务要求的行为");
    assertThat(world.explainToMerchant("v", "likes").getRulesList())
        .extracting(rule -> rule.getDetail().getEn())
        .anyMatch(text -> text.contains("viewer.orders == 0"))
        .anyMatch(text -> text.contains("event.liked.count > 1"))
        .anyMatch(text -> text.contains("room-9"));
  }

  @Test
  void aConditionThatCannotBeEvaluatedForAnActionIsToldAsSuchUntilOneCan() {
    World world =
        world(
            """
            - id: likes
              title: 点赞
              trigger: like
              condition: 10 / (event.liked.count - 3) > 0
              tiers: [{threshold: 30}]
            """);
    world.like("v", 3);
    assertThat(conditionOf(world.explainToMerchant("v", "likes")).getHolds()).isFalse();
    assertThat(conditionOf(world.explainToMerchant("v", "likes")).getDetail().getEn())
        .isEqualTo(
            "The condition could not be evaluated for an action, which did not count:"
                + " 10 / (event.liked.count - 3) > 0 (a division by zero)");
    assertThat(conditionOf(world.explain("v", "likes")).getDetail().getZh())
        .isEqualTo("有行为无法判断是否符合任务要求，未计入");
    assertThat(world.explain("v", "likes").getSummary().getEn()).startsWith("It could not be told");
    world.like("v", 4);
    assertThat(conditionOf(world.explain("v", "likes")).getHolds()).isTrue();
    assertThat(world.explain("v", "likes").getSummary().getEn()).endsWith("26 to go");
  }

  @Test
  void anAudienceThatCannotBeEvaluatedIsToldAsSuch() {
    World world =
        world(
            """
            - id: likes
              title: 点赞
              trigger: like
              audience: 10 / viewer.orders > 0
              tiers: [{threshold: 30}]
            """);
    world.like("v", 1);
    assertThat(world.explainToMerchant("v", "likes").getSummary().getEn())
        .isEqualTo(
            "It could not be evaluated whether the viewer is among those with"
                + " 10 / viewer.orders > 0 (a division by zero)");
    assertThat(world.explain("v", "likes").getSummary().getZh()).isEqualTo("仅限指定人群参与");
  }

  private static RuleVerdict conditionOf(ExplainTaskResponse explained) {
    return explained.getRulesList().stream()
        .filter(rule -> rule.getRule().equals("condition"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aShowThatIsOverIsToldByItsBroadcast() throws Exception {
    World world =
        world(
            """
            - id: all
              title: 一起
              trigger: like
              window: broadcast
              goal: room
              tiers: [{threshold: 3, rewards: [points: 1]}]
            """);
    world.send(
        "v",
        "room",
        world.now(),
        e -> e.setBroadcastId("b1").setLiked(Liked.newBuilder().setCount(3)));
    settle();
    TaskServiceGrpc.TaskServiceBlockingStub host =
        TaskServiceGrpc.newBlockingStub(world.merchant.as(Role.HOST, "host"));
    ListTasksRequest.Builder inRoom =
        ListTasksRequest.newBuilder().setViewerId("v").setRoomId("room");
    assertThat(host.listTasks(inRoom.build()).getTasks(0).getCount()).isEqualTo(0);
    TaskProgress told = host.listTasks(inRoom.setBroadcastId("b1").build()).getTasks(0);
    assertThat(told.getCount()).isEqualTo(3);
    assertThat(told.getState()).isEqualTo(TaskState.TASK_STATE_DONE);
    ExplainTaskRequest.Builder why =
        ExplainTaskRequest.newBuilder().setViewerId("v").setTaskId("all").setRoomId("room");
    assertThat(host.explainTask(why.build()).getSummary().getEn()).contains("3 to go");
    assertThat(host.explainTask(why.setBroadcastId("b1").build()).getSummary())
        .isEqualTo(Text.getDefaultInstance());
  }

  @Test
  void aTaskIsExplainedAtAnEarlierTimeByTheWindowsOfThatTime() {
    World world =
        world(
            """
            - {id: day, title: 日, trigger: like, window: day, tiers: [{threshold: 9}]}
            """);
    Instant yesterday = world.now().minus(Duration.ofDays(1));
    world.likeAt("v", yesterday);
    TaskServiceGrpc.TaskServiceBlockingStub host =
        TaskServiceGrpc.newBlockingStub(world.merchant.as(Role.HOST, "host"));
    ExplainTaskRequest.Builder why =
        ExplainTaskRequest.newBuilder().setViewerId("v").setTaskId("day").setRoomId("room");
    assertThat(host.explainTask(why.build()).getTask().getCount()).isEqualTo(0);
    assertThat(
            host.explainTask(why.setAt(Timestamps.fromMillis(yesterday.toEpochMilli())).build())
                .getTask()
                .getCount())
        .isEqualTo(1);
    Instant tooLongAgo = world.now().minus(Duration.ofDays(31));
    assertThatThrownBy(() ->
            host.explainTask(why.setAt(Timestamps.fromMillis(tooLongAgo.toEpochMilli())).build()))
        .hasMessageContaining("at most 30 days ago");
  }

  @Test
  void hostsAreToldThatNobodyKnowsAViewer() {
    World world =
        world("- {id: day, title: 日, trigger: like, window: day, tiers: [{threshold: 9}]}\n");
    assertThatThrownBy(() -> world.explainToMerchant("nobody", "day"))
        .hasMessageContaining("viewer_id: nobody");
    assertThat(world.explain("nobody", "day").getTask().getCount()).isEqualTo(0);
  }

  private void settle() throws InterruptedException {
    settleDue(); // what was contributed to goals of rooms
    server.clock().advance(Duration.ofSeconds(10)); // goals of rooms wait so long
    settleDue();
  }

  /** Carries out what is due by now, or waits until it is. */
  private void settleDue() throws InterruptedException {
    int unused = server.instance(Settlement.class).settleDue();
  }

  private World world(String tasks) {
    return new World("m" + IDS.incrementAndGet(), tasks);
  }

  private static List<String> kinds(List<Fact> facts) {
    return facts.stream().map(fact -> fact.getWhatCase().name().toUpperCase(Locale.ROOT)).toList();
  }

  private static ClaimTaskRewardRequest claim(String taskId, int tier) {
    return ClaimTaskRewardRequest.newBuilder()
        .setRequestId("claim-" + IDS.incrementAndGet())
        .setTaskId(taskId)
        .setTier(tier)
        .build();
  }

  private static Ordered ordered(long amount) {
    return Ordered.newBuilder()
        .setOrderId("o" + IDS.incrementAndGet())
        .setAmountMinor(amount)
        .build();
  }

  private interface What {
    Event.Builder in(Event.Builder event);
  }

  /** A merchant with these tasks, its platform and its viewers. */
  private final class World {
    private final TestMerchant merchant;

    World(String merchantId, String tasks) {
      merchant = new TestMerchant(server, merchantId, program(tasks));
    }

    void apply(String tasks) {
      ProgramServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
          .applyProgram(
              ApplyProgramRequest.newBuilder()
                  .setRequestId("apply-" + IDS.incrementAndGet())
                  .setSource(ProgramSource.newBuilder().setDocument(program(tasks)))
                  .build());
    }

    Instant now() {
      return server.clock().instant();
    }

    List<Fact> like(String viewer, int count) {
      return send(viewer, "room", now(), e -> e.setLiked(Liked.newBuilder().setCount(count)));
    }

    void likeAt(String viewer, Instant at) {
      send(viewer, "room", at, e -> e.setLiked(Liked.getDefaultInstance()));
    }

    /** Something that the viewer does by a call of their own. */
    List<Fact> act(String viewer, UnaryOperator<ActRequest.Builder> what) {
      var rooms = RoomServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"));
      rooms.enterRoom(
          EnterRoomRequest.newBuilder()
              .setRequestId("enter-" + IDS.incrementAndGet())
              .setViewerId(viewer)
              .setRoomId("room")
              .build());
      ActRequest.Builder act =
          ActRequest.newBuilder()
              .setRequestId("act-" + IDS.incrementAndGet())
              .setViewerId(viewer)
              .setRoomId("room");
      return rooms.act(what.apply(act).build()).getFactsList();
    }

    List<Fact> share(String viewer) {
      return send(viewer, "room", now(), e -> e.setShared(Shared.getDefaultInstance()));
    }

    void comment(String viewer, String text) {
      send(viewer, "room", now(), e -> e.setCommented(Commented.newBuilder().setText(text)));
    }

    List<Fact> order(String viewer, long amount) {
      return send(viewer, "room", now(), e -> e.setOrdered(ordered(amount)));
    }

    List<Fact> send(String viewer, String room, Instant at, What what) {
      Event.Builder event =
          Event.newBuilder()
              .setEventId("e" + IDS.incrementAndGet())
              .setViewerId(viewer)
              .setRoomId(room)
              .setOccurredAt(Timestamps.fromMillis(at.toEpochMilli()));
      IngestEventsResponse response =
          EventServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"))
              .ingestEvents(
                  IngestEventsRequest.newBuilder()
                      .addEvents(what.in(event))
                      .setBackfill(true)
                      .build());
      assertThat(response.getAccepted()).as(response.toString()).isEqualTo(1);
      return response.getResults(0).getFactsList();
    }

    TaskProgress task(String viewer, String taskId) {
      return tasks(viewer)
          .getTask(GetTaskRequest.newBuilder().setTaskId(taskId).setRoomId("room").build())
          .getTask();
    }

    ListTasksResponse list(String viewer) {
      return tasks(viewer).listTasks(ListTasksRequest.newBuilder().setRoomId("room").build());
    }

    ExplainTaskResponse explain(String viewer, String taskId) {
      return tasks(viewer).explainTask(ExplainTaskRequest.newBuilder().setTaskId(taskId).build());
    }

    ExplainTaskResponse explainToMerchant(String viewer, String taskId) {
      return TaskServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
          .explainTask(
              ExplainTaskRequest.newBuilder()
                  .setViewerId(viewer)
                  .setTaskId(taskId)
                  .setRoomId("room")
                  .build());
    }

    List<Fact> claim(String viewer, ClaimTaskRewardRequest claim) {
      return tasks(viewer).claimTaskReward(claim).getFactsList();
    }

    long balance(String viewer) {
      return PointsServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewer))
          .getBalance(GetBalanceRequest.getDefaultInstance())
          .getBalance();
    }

    List<TaskTotals> totals(String firstDay, String lastDay) {
      return TaskServiceGrpc.newBlockingStub(merchant.as(Role.MERCHANT, "owner"))
          .listTaskTotals(
              ListTaskTotalsRequest.newBuilder().setFirstDay(firstDay).setLastDay(lastDay).build())
          .getTasksList();
    }

    List<Long> balances(String... viewers) {
      return List.of(viewers).stream().map(this::balance).toList();
    }

    private TaskServiceGrpc.TaskServiceBlockingStub tasks(String viewer) {
      return TaskServiceGrpc.newBlockingStub(merchant.as(Role.VIEWER, viewer));
    }

    private static String program(String tasks) {
      return "time_zone: Asia/Shanghai\nday_starts_at: 4h\ntasks:\n" + tasks.indent(2);
    }
  }
}
