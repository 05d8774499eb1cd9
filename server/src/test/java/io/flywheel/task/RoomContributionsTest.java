package io.flywheel.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.engine.ViewerKey;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Fact;
import io.flywheel.v1.RoomGoalReached;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What a room does with what its viewers have contributed, a batch at a time. */
final class RoomContributionsTest {
  private static final Instant START = Instant.parse("2026-03-02T08:00:00Z");
  private static final ViewerKey ROOM = ViewerKey.room("shop", "room");
  private static final String NO_TASKS = "name: Empty\n";

  private final ContributionInbox inbox = TestPrograms.instance(ContributionInbox.class);
  private RecordingTurn turn = empty();

  @Example
  void theContributionsOfABatchAreOneEachGoalAndSecond() {
    assertThat(
            inbox.pack(
                List.of(
                    new ContributionInbox.Part("b", "once", 0, 20, 3, "anna"),
                    new ContributionInbox.Part("a", "w2", 900, 10, 1, ""),
                    new ContributionInbox.Part("b", "once", 0, 10, 4, "bob"),
                    new ContributionInbox.Part("a", "w1", 500, 10, 7, ""),
                    new ContributionInbox.Part("a", "w2", 800, 10, Long.MAX_VALUE, ""),
                    new ContributionInbox.Part("b", "once", 0, 20, 2, ""))))
        .isEqualTo(
            RoomContributions.newBuilder()
                .addGoals(
                    GoalContributions.newBuilder()
                        .setTaskId("a")
                        .setWindow("w1")
                        .setWindowEndsMs(500)
                        .addSeconds(10)
                        .addAmounts(7))
                .addGoals(
                    GoalContributions.newBuilder()
                        .setTaskId("a")
                        .setWindow("w2")
                        .setWindowEndsMs(900)
                        .addSeconds(10)
                        .addAmounts(Long.MAX_VALUE))
                .addGoals(
                    GoalContributions.newBuilder()
                        .setTaskId("b")
                        .setWindow("once")
                        .addSeconds(10)
                        .addAmounts(4)
                        .addSeconds(20)
                        .addAmounts(5)
                        .addJoiners(GoalJoiner.newBuilder().setViewerId("anna").setSecond(20))
                        .addJoiners(GoalJoiner.newBuilder().setViewerId("bob").setSecond(10)))
                .build());
  }

  /** In whatever batches it comes, the goal is the sum, and its tiers are told once, in order. */
  @Property(tries = 60)
  void theGoalIsTheSameInWhateverBatchesItComes(@ForAll long seed) {
    Random random = new Random(seed);
    turn = empty();
    apply(goal("{threshold: 40}, {threshold: 60}, {threshold: 61}, {threshold: 1000}"));
    List<ContributionInbox.Part> parts = new ArrayList<>();
    long sum = 0;
    for (int i = 0; i < 60; i++) {
      int amount = 1 + random.nextInt(3);
      sum += amount;
      parts.add(part(second(random.nextInt(20)), amount, "viewer-" + i));
    }
    List<Integer> told = new ArrayList<>();
    long added = 0;
    while (!parts.isEmpty()) {
      List<ContributionInbox.Part> batch =
          parts.subList(0, 1 + random.nextInt(Math.min(30, parts.size())));
      added += batch.stream().mapToLong(ContributionInbox.Part::amount).sum();
      told.addAll(tiersTold(add(batch)));
      batch.clear();
      assertThat(goal().getCount()).isEqualTo(added);
      Collections.shuffle(parts, random);
    }
    assertThat(goal().getCount()).isEqualTo(sum);
    assertThat(told).isEqualTo(sum >= 61 ? List.of(0, 1, 2) : List.of(0, 1));
    assertThat(goal().getReachedThresholdsList()).hasSameSizeAs(told);
  }

  /** Contributions that were put in while nobody saw yet that the goal was over. */
  @Example
  void aGoalThatIsOverTakesOnlyWhatHappenedBefore() {
    apply(goal("{threshold: 5, rewards: [points: 7]}"));
    add(List.of(part(second(10), 5, "anna")));
    // Reached, and not settled yet.
    add(List.of(part(second(15), 2, "bob")));
    assertThat(goal().getCount()).isEqualTo(7);
    settle();
    assertThat(goal().getSettledList())
        .containsExactly(
            SettledThreshold.newBuilder().setThreshold(5).setSecond(second(10)).build());
    add(List.of(part(second(11), 100, "late"), part(second(10), 1, "told-late")));
    assertThat(goal().getCount()).isEqualTo(8);
    settle();
    assertThat(points("told-late")).as("who had contributed by then").isEqualTo(7);
    assertThat(points("late")).isZero();
    add(List.of(part(second(11), 100, "later")));
    assertThat(goal().getCount()).isEqualTo(8);
  }

  @Example
  void whoIsHeardOfLateIsRewardedForEachTierThatWasReachedSince() {
    apply(
        goal(
            "{threshold: 5, rewards: [points: 7]}, {threshold: 10, rewards: [points: 80]},"
                + " {threshold: 1000, rewards: [points: 900]}"));
    add(List.of(part(second(10), 5, "anna")));
    add(List.of(part(second(20), 5, "anna")));
    settle();
    add(
        List.of(
            part(second(21), 1, "none"),
            part(second(20), 1, "one"),
            part(second(10), 1, "both"),
            new ContributionInbox.Part("goal", "once", 0, second(9), 1, "")));
    settle();
    assertThat(points("none")).isZero();
    assertThat(points("one")).isEqualTo(80);
    assertThat(points("both")).isEqualTo(87);
    // Heard of once more, for an earlier second.
    add(List.of(part(second(8), 1, "both")));
    settle();
    assertThat(points("both")).isEqualTo(87);
  }

  /** A program that is applied between a contribution and the room's turn loses nothing. */
  @Example
  void whatWasContributedToATaskThatIsGoneCountsWhenItIsBack() {
    apply(goal("{threshold: 5}"));
    add(List.of(part(second(1), 3, "anna")));
    apply(NO_TASKS);
    assertThat(add(List.of(part(second(2), 1, "bob")))).isEmpty();
    apply("tasks:\n- {id: goal, title: Goal, trigger: like, tiers: [{threshold: 4}]}\n");
    assertThat(add(List.of(part(second(3), 2, "cleo")))).isEmpty();
    assertThat(goal().getCount()).isEqualTo(6);
    assertThat(goal().getReachedThresholdsList()).isEmpty();
    apply(goal("{threshold: 5}"));
    assertThat(tiersTold(add(List.of(part(second(4), 1, "anna"))))).containsExactly(0);
    settle();
    assertThat(goal().getSettled(0).getSecond()).isEqualTo(second(3));
  }

  private static RecordingTurn empty() {
    return new RecordingTurn(
        TestPrograms.all().compile(1, TestPrograms.check(NO_TASKS).program()),
        ROOM,
        TestPrograms.reactors());
  }

  private List<Fact> add(List<ContributionInbox.Part> parts) {
    turn.setViewer(ROOM);
    return turn.run(START.plusSeconds(60), inbox.pack(parts));
  }

  private void settle() {
    turn.settle(START.plusSeconds(600));
  }

  private RoomGoalState goal() {
    return turn.get(
        TestPrograms.instance(RoomGoalSlice.class),
        new RoomGoalKey("shop", "room", "goal", "once"));
  }

  private long points(String viewerId) {
    turn.setViewer(new ViewerKey("shop", viewerId));
    return turn.profileNow().getPoints();
  }

  private void apply(String document) {
    turn.setProgram(TestPrograms.all().compile(1, TestPrograms.check(document).program()));
  }

  private static ContributionInbox.Part part(long second, long amount, String joiner) {
    return new ContributionInbox.Part("goal", "once", 0, second, amount, joiner);
  }

  private static long second(int second) {
    return START.getEpochSecond() + second;
  }

  private static List<Integer> tiersTold(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasRoomGoalReached)
        .map(Fact::getRoomGoalReached)
        .map(RoomGoalReached::getTier)
        .toList();
  }

  private static String goal(String tiers) {
    return "tasks:\n- {id: goal, title: Goal, trigger: like, goal: room, tiers: [" + tiers + "]}\n";
  }
}
