package io.flywheel.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.ClaimTaskRewardResponse;
import io.flywheel.v1.Commented;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.ExplainTaskResponse;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Liked;
import io.flywheel.v1.PassReason;
import io.flywheel.v1.RewardWithheld;
import io.flywheel.v1.RoomGoalReached;
import io.flywheel.v1.TaskPassedOver;
import io.flywheel.v1.TaskProgress;
import io.flywheel.v1.TaskProgressed;
import io.flywheel.v1.TaskState;
import io.flywheel.v1.TierProgress;
import io.flywheel.v1.TierReached;
import io.flywheel.v1.Watched;
import io.flywheel.v1.WithheldReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

/** What viewers are told of their tasks: by facts, by progress and by explanations. */
final class TaskAnswersTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z"); // a Sunday

  private static final String PROGRAM =
      """
      name: answers
      time_zone: UTC
      tasks:
        - id: praise
          title: {zh: 夸一夸, en: Praise}
          trigger: comment
          count: distinct_texts
          condition: event.commented.text.size() >= 3
          rate_limit: {times: 2, per: 1m}
          window: day
          tiers: [{threshold: 2, rewards: [{points: 5}]}, {threshold: 4, rewards: [{points: 7}]}]
        - id: secret
          title: 秘密
          hidden: true
          trigger: like
          condition: event.liked.count > 2
          window: once
          tiers: [{threshold: 3}]
        - id: after
          title: 之后
          requires: [secret]
          trigger: like
          window: once
          payout: on_claim
          tiers: [{threshold: 10, rewards: [{points: 1}]}]
        - id: again
          title: 反复
          trigger: like
          window: once
          payout: on_claim
          repeat: true
          tiers: [{threshold: 10, rewards: [{points: 4}]}]
        - id: capped
          title: 有上限
          trigger: like
          window: once
          repeat: true
          cap: {tiers: 2, per: day}
          budget: {points: 5, per: week}
          rooms: [room]
          audience: viewer.orders < 3
          tiers: [{threshold: 5, rewards: [{points: 3}]}]
        - id: sale
          title: 限时
          trigger: like
          window: {kind: custom, starts_at: 2026-11-22T12:00:00Z, ends_at: 2026-11-23T12:00:00Z}
          tiers: [{threshold: 100, rewards: [{points: 3}]}]
      """;

  /** Something that a viewer does by a call of their own. */
  private record Deed(Event event) {}

  private final RecordingTurn turn =
      new RecordingTurn(compile(PROGRAM), new ViewerKey("shop", "anna"), reactors());

  @Test
  void whoActsIsToldWhyItDidNotCount() {
    assertThat(passed(comment("hi", NOON)))
        .containsExactly(passedOver("praise", PassReason.PASS_REASON_CONDITION).build());
    assertThat(passed(comment("hello", NOON))).isEmpty();
    assertThat(passed(comment("HELLO", NOON)))
        .containsExactly(passedOver("praise", PassReason.PASS_REASON_SAID_BEFORE).build());
    assertThat(passed(comment("good day", NOON.plusSeconds(59))))
        .containsExactly(
            passedOver("praise", PassReason.PASS_REASON_RATE_LIMIT)
                .setCountsAgainAt(Timestamps.fromMillis(NOON.plusSeconds(60).toEpochMilli()))
                .build());
    assertThat(passed(comment("good day", NOON.plusSeconds(60)))).isEmpty();
    assertThat(passed(turn.run(NOON, event().setCommented(text("hi")).build())))
        .as("what the platform reports nobody waits for")
        .isEmpty();
  }

  @Test
  void whatIsDoneOrClosedToTheViewerIsNotSpokenOf() {
    for (int i = 0; i < 4; i++) {
      comment("text " + i, NOON.plusSeconds(60L * i));
    }
    assertThat(progress("praise").getState()).isEqualTo(TaskState.TASK_STATE_DONE);
    assertThat(passed(comment("hi", NOON.plusSeconds(600)))).isEmpty();
    assertThat(passed(comment("hi", NOON.plus(Duration.ofDays(1))))).as("a new day").hasSize(1);
    assertThat(passed(like(1, NOON))).as("a hidden task stays unknown").isEmpty();
  }

  @Test
  void aHiddenTaskIsUnlockedByItsFirstCountAndOthersByItsCompletion() {
    assertThat(progress("after").getState()).isEqualTo(TaskState.TASK_STATE_LOCKED);
    assertThat(progress("after").getMissingTasksList()).containsExactly("secret");
    List<Fact> facts = like(3, NOON);
    assertThat(facts)
        .filteredOn(Fact::hasTaskUnlocked)
        .extracting(fact -> fact.getTaskUnlocked().getTaskId())
        .containsExactly("secret", "after");
    assertThat(progress("after").getState()).isEqualTo(TaskState.TASK_STATE_OPEN);
    assertThat(progress("secret").getWasHidden()).isTrue();
    assertThat(progress("after").getWasHidden()).isFalse();
    assertThat(turn.profileNow().getCompletedTasksList()).containsExactly("secret");
    assertThat(like(3, NOON)).noneMatch(Fact::hasTaskUnlocked);
    assertThat(passed(like(1, NOON))).as("it is done").isEmpty();
  }

  @Test
  void whatWaitsToBeClaimedIsClaimedOnce() {
    claimRefused(
        ErrorReason.ERROR_REASON_TASK_NOT_FOUND,
        "task_id: none (expected: a task of the program in force)",
        new TaskReactor.Claim("none", 0, ""));
    claimRefused(
        ErrorReason.ERROR_REASON_TIER_NOT_REACHED,
        "tier 0 of task after is not reached yet",
        new TaskReactor.Claim("after", 0, ""));
    like(3, NOON);
    List<Fact> facts = like(25, NOON);
    assertThat(reached(facts, "after"))
        .extracting(
            TierReached::getToClaim, TierReached::getTimes, tier -> tier.getTier().getThreshold())
        .containsExactly(tuple(true, 1L, 10L));
    assertThat(progress("after").getState()).isEqualTo(TaskState.TASK_STATE_TO_CLAIM);
    claimRefused(
        ErrorReason.ERROR_REASON_TIER_NOT_REACHED,
        "tier 1 of task after is not reached yet",
        new TaskReactor.Claim("after", 1, "another"));
    facts = turn.run(NOON, new TaskReactor.Claim("after", 0, "once"));
    assertThat(turn.answer(ClaimTaskRewardResponse.class).getFactsList()).isEqualTo(facts);
    assertThat(points(facts)).isEqualTo(1);
    claimRefused(
        ErrorReason.ERROR_REASON_ALREADY_CLAIMED,
        "tier 0 of task after was paid before",
        new TaskReactor.Claim("after", 0, ""));
    assertThat(progress("after").getState()).isEqualTo(TaskState.TASK_STATE_DONE);
  }

  @Test
  void whatEarlierRoundsLeftWaitsBesideThePresentOne() {
    List<Fact> facts = like(25, NOON);
    assertThat(reached(facts, "again")).extracting(TierReached::getTimes).containsExactly(2L);
    assertThat(progress("again").getState()).isEqualTo(TaskState.TASK_STATE_OPEN);
    assertThat(progress("again").getCount()).isEqualTo(5);
    TaskStanding.Reader standings = TestPrograms.instance(TaskStanding.Reader.class);
    List<TaskStanding> present = List.of(standing("again", "room"));
    assertThat(TaskProjection.unclaimedEarlier(standings.states(turn), present))
        .extracting(cause -> cause.getTaskId() + " " + cause.getThreshold())
        .containsExactly("again 10");
    facts = turn.run(NOON, new TaskReactor.Claim("again", 0, ""));
    assertThat(points(facts)).isEqualTo(8);
    assertThat(TaskProjection.unclaimedEarlier(standings.states(turn), present)).isEmpty();
    claimRefused(
        ErrorReason.ERROR_REASON_ALREADY_CLAIMED,
        "tier 0 of task again was paid before",
        new TaskReactor.Claim("again", 0, ""));
  }

  @Test
  void whatACapOrABudgetHoldsBackIsSaid() {
    List<Fact> facts = like(5, NOON);
    assertThat(points(facts)).isEqualTo(3);
    assertThat(withheld(facts)).isEmpty();
    facts = like(10, NOON);
    assertThat(withheld(facts))
        .as("the second of the day finds two points in the budget, the third is over the cap")
        .containsExactly(
            tuple(1L, WithheldReason.WITHHELD_REASON_CAP),
            tuple(1L, WithheldReason.WITHHELD_REASON_BUDGET));
    assertThat(points(facts)).isZero();
    assertThat(reached(facts, "capped")).extracting(TierReached::getTimes).containsExactly(2L);
    assertThat(progress("capped").getRound()).isEqualTo(3);
    assertThat(turn.rows(TotalsAppender.Row.class))
        .filteredOn(row -> row.key().taskId().equals("capped"))
        .extracting(
            TotalsAppender.Row::reached,
            TotalsAppender.Row::given,
            TotalsAppender.Row::points,
            TotalsAppender.Row::withheldByCap,
            TotalsAppender.Row::withheldByBudget)
        .as("what the task came to on the day")
        .containsExactly(
            tuple(1L, 0L, 0L, 0L, 0L),
            tuple(0L, 1L, 3L, 0L, 0L),
            tuple(2L, 0L, 0L, 1L, 0L),
            tuple(0L, 0L, 0L, 0L, 1L));
    assertThat(turn.rows(TotalsAppender.Row.class).get(0).key().epochDay()).isEqualTo(20_779);
    turn.setAt(NOON.plus(Duration.ofDays(1)));
    assertThat(points(like(5, NOON.plus(Duration.ofDays(1))))).as("a new week").isEqualTo(3);
  }

  @Test
  void progressSaysHowFarATaskIsAndWhatItGives() {
    comment("hello", NOON);
    TaskProgress praise = progress("praise");
    assertThat(praise.getCount()).isEqualTo(1);
    assertThat(praise.getMissing()).isEqualTo(1);
    assertThat(praise.getWindow()).isEqualTo("2026-11-22");
    assertThat(praise.getWindowEndsAt())
        .isEqualTo(Timestamps.fromMillis(Instant.parse("2026-11-23T00:00:00Z").toEpochMilli()));
    assertThat(praise.getTimesLeft()).isEqualTo(1);
    assertThat(praise.getTimesResetAt())
        .isEqualTo(Timestamps.fromMillis(NOON.plusSeconds(60).toEpochMilli()));
    assertThat(praise.getState()).isEqualTo(TaskState.TASK_STATE_OPEN);
    comment("world", NOON);
    assertThat(progress("praise").getTimesLeft()).isZero();
    assertThat(progress("praise").getMissing()).isEqualTo(2);
    assertThat(progress("praise").getTiersList())
        .extracting(
            TierProgress::getThreshold,
            TierProgress::getReached,
            TierProgress::getSettled,
            TierProgress::getRewardsCount)
        .containsExactly(tuple(2L, true, true, 1), tuple(4L, false, false, 1));
    assertThat(progress("after").hasWindowEndsAt()).isFalse();
    assertThat(progress("sale").hasTimesLeft()).isFalse();
    turn.setAt(NOON.minusMillis(1));
    assertThat(progress("sale").getState()).isEqualTo(TaskState.TASK_STATE_NOT_STARTED);
    turn.setAt(NOON.plus(Duration.ofDays(1)));
    assertThat(progress("sale").getState()).isEqualTo(TaskState.TASK_STATE_ENDED);
  }

  @Test
  void anExplanationGoesThroughEveryRuleAndSumsUpTheFirstThatDoesNotHold() {
    comment("hello", NOON);
    comment("world", NOON);
    ExplainTaskResponse praise = explain("praise", "", false);
    assertThat(en(praise))
        .containsExactly(
            "window + It counts today (2026-11-22)",
            "condition + Only what meets its conditions counts",
            "rate_limit - It counts at most 2 times in 60 seconds; now: 2",
            "tiers[0] + Reached and settled",
            "tiers[1] - Needs 4: 2 so far, 2 to go");
    assertThat(praise.getSummary().getZh()).isEqualTo("每 60 秒最多计 2 次，本段已计 2 次");
    assertThat(praise.getTask()).isEqualTo(progress("praise"));
    assertThat(en(explain("praise", "", true)))
        .contains("condition + Only what satisfies this counts: event.commented.text.size() >= 3");
    assertThat(en(explain("after", "", false)))
        .contains(
            "window + It counts for good, from the first time on", "requires - First complete: 秘密");
    like(3, NOON);
    assertThat(en(explain("after", "", false)))
        .contains("requires + The tasks before it are completed");
    like(10, NOON);
    assertThat(en(explain("after", "", false)))
        .contains("tiers[0] - Reached; the reward waits to be claimed");
  }

  @Test
  void anExplanationSaysWhereAndForWhomATaskIsAndWhatIsLeft() {
    assertThat(en(explain("capped", "room", false)))
        .containsExactly(
            "rooms + It counts in this room",
            "window + It counts for good, from the first time on",
            "audience + You are among those whom it is for",
            "cap + A viewer gets at most 2 tiers a day; so far: 0",
            "budget + The budget is not used up",
            "tiers[0] - Needs 5: 0 so far, 5 to go");
    like(15, NOON);
    assertThat(en(explain("capped", "other", true)))
        .containsExactly(
            "rooms - It counts in the rooms room; the viewer is in: other",
            "window + It counts for good, from the first time on",
            "audience + It is for viewers with viewer.orders < 3: met",
            "cap - A viewer gets at most 2 tiers a day; so far: 2",
            "budget + The budget is not used up",
            "tiers[0] - Needs 5: 0 so far, 5 to go");
    assertThat(en(explain("capped", "", true)))
        .contains("rooms - It counts in the rooms room; the viewer is in: -");
    assertThat(en(explain("capped", "other", false)))
        .contains("rooms - It counts in other rooms only");
    assertThat(en(explain("sale", "", false))).contains("window + It counts now");
    turn.setAt(NOON.minusMillis(1));
    assertThat(en(explain("sale", "", false))).contains("window - Its window has not begun yet");
    turn.setAt(NOON.plus(Duration.ofDays(2)));
    assertThat(en(explain("sale", "", false))).contains("window - Its window is over");

    turn.setProgram(
        compile(
            PROGRAM
                .replace("viewer.orders < 3", "viewer.orders > 3")
                .replace("{points: 5, per: week}", "{tiers: 1, per: once}")
                .replace("{tiers: 2, per: day}", "{tiers: 9, per: week}")));
    assertThat(en(explain("capped", "room", false)))
        .contains(
            "audience - It is for certain viewers only",
            "cap + A viewer gets at most 9 tiers a week; so far: 0");
    assertThat(en(explain("capped", "room", true)))
        .contains("audience - It is for viewers with viewer.orders > 3: not met");
  }

  @Test
  void aBudgetThatIsUsedUpIsSaid() {
    turn.setProgram(compile(PROGRAM.replace("{points: 5, per: week}", "{tiers: 1, per: once}")));
    like(5, NOON);
    assertThat(en(explain("capped", "room", false))).contains("budget - The budget is used up");
    turn.setProgram(compile(PROGRAM.replace("{points: 5, per: week}", "{points: 3, per: once}")));
    assertThat(en(explain("capped", "room", false))).contains("budget - The budget is used up");
  }

  /** A goal in watch time is added up in milliseconds, and told in seconds. */
  @Test
  void aGoalOfTheRoomIsReachedByAllTogetherAndSettledALittleLater() {
    turn.setProgram(
        compile(
            """
            name: goals
            time_zone: UTC
            tasks:
              - id: goal
                title: 目标
                trigger: watch
                goal: room
                window: once
                tiers: [{threshold: 60, rewards: [{points: 3}]}, {threshold: 100, rewards: [{points: 4}]}]
            """));
    List<Fact> facts = watch("anna", NOON, 40);
    assertThat(facts)
        .filteredOn(Fact::hasTaskProgressed)
        .extracting(Fact::getTaskProgressed)
        .extracting(TaskProgressed::getCount, TaskProgressed::getThreshold)
        .containsExactly(tuple(40L, 60L));
    assertThat(turn.takenOut()).isEmpty();
    facts = watch("ben", NOON.plusSeconds(100), 30);
    assertThat(facts).as("it is the room that tells").noneMatch(Fact::hasRoomGoalReached);
    assertThat(turn.takenOut())
        .filteredOn(Fact::hasRoomGoalReached)
        .extracting(Fact::getRoomGoalReached)
        .extracting(
            RoomGoalReached::getTaskId, RoomGoalReached::getRoomId, RoomGoalReached::getTier)
        .containsExactly(tuple("goal", "room", 0));
    assertThat(facts).noneMatch(Fact::hasTierReached);
    assertThat(en(explain("goal", "room", false)))
        .contains("tiers[0] - The room has reached it; those who contributed are being rewarded");
    turn.setViewer(new ViewerKey("shop", "anna"));
    turn.settle(NOON.plusSeconds(200));
    assertThat(balance("anna")).isEqualTo(3);
    assertThat(balance("ben")).isEqualTo(3);
    assertThat(en(explain("goal", "room", false))).contains("tiers[0] + Reached and settled");
    assertThat(progress("goal").getOwnCount()).isEqualTo(30);
    assertThat(progress("goal").getCount()).isEqualTo(70);
    assertThat(progress("goal").getMissing()).isEqualTo(30);

    watch("cid", NOON.plusSeconds(300), 29);
    assertThat(turn.takenOut()).isEmpty();
    watch("cid", NOON.plusSeconds(400), 2);
    assertThat(turn.takenOut())
        .filteredOn(Fact::hasRoomGoalReached)
        .extracting(fact -> fact.getRoomGoalReached().getTier())
        .containsExactly(1);
    turn.settle(NOON.plusSeconds(500));
    assertThat(balance("anna")).as("who had watched before").isEqualTo(7);
    assertThat(balance("cid")).as("of what was reached while there").isEqualTo(4);
    assertThat(watch("dan", NOON.plusSeconds(600), 50))
        .as("it is over")
        .noneMatch(Fact::hasTaskProgressed);
    watch("eve", NOON.plusSeconds(50), 10);
    turn.settle(NOON.plusSeconds(700));
    assertThat(balance("eve")).as("who is heard of later").isEqualTo(7);
    assertThat(balance("dan")).isZero();
  }

  private List<Fact> watch(String viewerId, Instant from, int seconds) {
    turn.setViewer(new ViewerKey("shop", viewerId));
    Instant to = from.plusSeconds(seconds);
    return turn.run(
        to,
        Event.newBuilder()
            .setEventId(viewerId + from)
            .setViewerId(viewerId)
            .setRoomId("room")
            .setOccurredAt(Timestamps.fromMillis(to.toEpochMilli()))
            .setWatched(
                Watched.newBuilder()
                    .setStartedAt(Timestamps.fromMillis(from.toEpochMilli()))
                    .setEndedAt(Timestamps.fromMillis(to.toEpochMilli())))
            .build());
  }

  private long balance(String viewerId) {
    turn.setViewer(new ViewerKey("shop", viewerId));
    return turn.profileNow().getPoints();
  }

  private List<Fact> comment(String said, Instant at) {
    return turn.run(at, new Deed(event().setCommented(text(said)).build()));
  }

  private List<Fact> like(int count, Instant at) {
    return turn.run(at, new Deed(event().setLiked(Liked.newBuilder().setCount(count)).build()));
  }

  private static Commented text(String said) {
    return Commented.newBuilder().setText(said).build();
  }

  private static Event.Builder event() {
    return Event.newBuilder().setViewerId("anna").setRoomId("room");
  }

  private TaskStanding standing(String taskId, String roomId) {
    TaskStanding.Reader standings = TestPrograms.instance(TaskStanding.Reader.class);
    return standings.read(
        turn,
        standings.states(turn),
        Objects.requireNonNull(CompiledTasks.of(turn).find(taskId)),
        new TaskStanding.Place(roomId, ""));
  }

  private TaskProgress progress(String taskId) {
    return TaskProjection.of(turn, standing(taskId, "room"));
  }

  private ExplainTaskResponse explain(String taskId, String roomId, boolean asWritten) {
    return TestPrograms.instance(TaskExplanation.class)
        .explain(turn, standing(taskId, roomId), roomId, asWritten);
  }

  /** The rules with + where they hold and - where they don't. */
  private static List<String> en(ExplainTaskResponse explained) {
    return explained.getRulesList().stream()
        .map(rule -> rule.getRule() + (rule.getHolds() ? " + " : " - ") + rule.getDetail().getEn())
        .toList();
  }

  private static TaskPassedOver.Builder passedOver(String taskId, PassReason reason) {
    return TaskPassedOver.newBuilder().setTaskId(taskId).setReason(reason);
  }

  private static List<TaskPassedOver> passed(List<Fact> facts) {
    return facts.stream().filter(Fact::hasTaskPassedOver).map(Fact::getTaskPassedOver).toList();
  }

  private static List<TierReached> reached(List<Fact> facts, String taskId) {
    return facts.stream()
        .filter(Fact::hasTierReached)
        .map(Fact::getTierReached)
        .filter(reached -> reached.getTier().getTaskId().equals(taskId))
        .toList();
  }

  private static List<Tuple> withheld(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasRewardWithheld)
        .map(Fact::getRewardWithheld)
        .map((RewardWithheld withheld) -> tuple(withheld.getTimes(), withheld.getReason()))
        .toList();
  }

  private static long points(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasPointsBooked)
        .mapToLong(fact -> fact.getPointsBooked().getAmount())
        .sum();
  }

  private void claimRefused(ErrorReason reason, String message, TaskReactor.Claim claim) {
    ThrowingCallable run = () -> turn.run(NOON, claim);
    assertThatThrownBy(run)
        .hasMessage(message)
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static Reactor[] reactors() {
    List<Reactor> reactors = new ArrayList<>(List.of(TestPrograms.reactors()));
    reactors.add(reactions -> reactions.on(Deed.class, (turn, deed) -> turn.signal(deed.event())));
    return reactors.toArray(Reactor[]::new);
  }

  private static CompiledProgram compile(String document) {
    return TestPrograms.compile(TestPrograms.check(document).orThrow());
  }
}
