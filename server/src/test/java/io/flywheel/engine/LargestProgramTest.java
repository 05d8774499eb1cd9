package io.flywheel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.program.CheckedProgram;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Event;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Ordered;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The largest program that a document has room for never meets the bound of one action's facts. */
final class LargestProgramTest {
  private static final int TASKS = 200;
  private static final int TIERS = 20;
  private static final int REWARDS = 4;

  @Test
  void oneActionMayReachEveryTierOfEveryTaskAtOnce() {
    CheckedProgram largest = TestPrograms.check(program());
    assertThat(largest.mistakes()).isEmpty();
    MemoryEngine engine =
        new MemoryEngine(TestPrograms.compile(largest.program()), TestPrograms.reactors());
    ViewerKey viewer = new ViewerKey("merchant", "viewer");
    Event likes =
        Event.newBuilder()
            .setViewerId(viewer.viewerId())
            .setLiked(Liked.newBuilder().setCount(TIERS))
            .build();

    List<Fact> facts = engine.run(viewer, Instant.parse("2026-03-02T08:00:00Z"), likes).facts();

    assertThat(facts.stream().filter(Fact::hasTierReached)).hasSize(TASKS * TIERS);
    assertThat(facts.stream().filter(Fact::hasPointsBooked)).hasSize(TASKS * TIERS * REWARDS);
    assertThat(facts.stream().filter(Fact::hasTaskCompleted)).hasSize(TASKS);
  }

  @Test
  void aCapKeepsTheLargestOrderWithinTheBound() {
    CheckedProgram capped =
        TestPrograms.check(
            "tasks: [{id: a, title: A, trigger: order, count: amount, repeat: true, cap: {tiers: 10000},"
                + " tiers: [{threshold: 1, rewards: [coupon: c, badge: b]}]}]");
    assertThat(capped.mistakes()).isEmpty();
    MemoryEngine engine =
        new MemoryEngine(TestPrograms.compile(capped.program()), TestPrograms.reactors());
    Event order =
        Event.newBuilder()
            .setViewerId("viewer")
            .setOrdered(Ordered.newBuilder().setOrderId("o").setAmountMinor(1_000_000_000_000L))
            .build();

    List<Fact> facts =
        engine
            .run(new ViewerKey("merchant", "viewer"), Instant.parse("2026-03-02T08:00:00Z"), order)
            .facts();

    assertThat(facts.stream().filter(fact -> fact.getRewardGiven().getReward().hasCoupon()))
        .hasSize(10_000);
  }

  @Test
  void whatTasksCountOfWhatOthersGiveIsPartOfTheBound() {
    String rewards = ", rewards: [" + "{points: 1}, ".repeat(9) + "{points: 1}]";
    String counting =
        IntStream.range(0, 190)
            .mapToObj(
                "- {id: c%d, title: T, trigger: points_earned, tiers: [{threshold: 9, rewards: [{badge: b}]}]}\n"
                    ::formatted)
            .collect(Collectors.joining());
    String giving =
        IntStream.range(0, 10)
            .mapToObj(task -> "- {id: g%d, title: T, trigger: like, tiers: [".formatted(task))
            .map(head -> head + tiers(rewards) + "]}\n")
            .collect(Collectors.joining());

    CheckedProgram refused = TestPrograms.check("tasks:\n" + giving + counting);

    assertThat(refused.mistakes())
        .singleElement()
        .satisfies(mistake -> {
          assertThat(mistake.getPath()).isEqualTo("tasks[10].trigger");
          assertThat(mistake.getMessage()).startsWith("one action could set off 384,970 facts");
        });
    String fewer = giving.replace(rewards, ", rewards: [{points: 10}]");
    assertThat(TestPrograms.check("tasks:\n" + fewer + counting).mistakes()).isEmpty();
  }

  private static String tiers(String rewards) {
    return IntStream.rangeClosed(1, TIERS)
        .mapToObj(tier -> "{threshold: " + tier + rewards + "}")
        .collect(Collectors.joining(", "));
  }

  private static String program() {
    String rewards =
        IntStream.range(0, REWARDS)
            .mapToObj(reward -> "points: 1")
            .collect(Collectors.joining(",", "[", "]"));
    String tiers =
        IntStream.rangeClosed(1, TIERS)
            .mapToObj(tier -> "{threshold: %d,rewards: %s}".formatted(tier, rewards))
            .collect(Collectors.joining(",", "[", "]"));
    return IntStream.range(0, TASKS)
        .mapToObj(
            task -> "- {id: t%d, title: T, trigger: like, tiers: %s}\n".formatted(task, tiers))
        .collect(Collectors.joining("", "tasks:\n", ""));
  }
}
