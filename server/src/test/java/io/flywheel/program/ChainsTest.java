package io.flywheel.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.testing.TestPrograms;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains that end are accepted; those that cannot end are among the bad programs. */
final class ChainsTest {
  private static final String PAYS_POINTS = "tiers: [{threshold: 1, rewards: [points: 1]}]";
  private static final String GRANTS = "tiers: [{threshold: 1, rewards: [badge: b]}]";

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Pays once in its window.
        "{id: a, title: A, trigger: points_earned, window: day, " + PAYS_POINTS + "}",
        // A cap ends it.
        "{id: a, title: A, trigger: points_earned, repeat: true, cap: 5, " + PAYS_POINTS + "}",
        // A person's claim stands between each round.
        "{id: a, title: A, trigger: points_earned, repeat: true, payout: on_claim, "
            + PAYS_POINTS
            + "}",
        // A badge is no points.
        "{id: a, title: A, trigger: points_earned, repeat: true, " + GRANTS + "}",
        // A task never counts its own tiers.
        "{id: a, title: A, trigger: tier_reached, repeat: true, " + PAYS_POINTS + "}",
        // What starts with a like comes from outside.
        "{id: a, title: A, trigger: like, repeat: true, " + PAYS_POINTS + "}",
      })
  void aTaskAloneThatEndsIsAccepted(String task) {
    assertThat(TestPrograms.check("tasks: [" + task + "]").mistakes()).isEmpty();
  }

  @Test
  void oneTaskWithABoundEndsTheWholeChain() {
    String bounded = chain("window: day");
    String capped = chain("repeat: true, cap: {tiers: 10, per: day}");
    String unbounded = chain("repeat: true");

    assertThat(TestPrograms.check(bounded).mistakes()).isEmpty();
    assertThat(TestPrograms.check(capped).mistakes()).isEmpty();
    assertThat(TestPrograms.check(unbounded).mistakes()).hasSize(1);
  }

  @Test
  void aChainThatNamesItsTasksDoesNotLeadBackToOthers() {
    String forward =
        """
        tasks:
          - {id: a, title: A, trigger: like, repeat: true, tiers: [1]}
          - {id: b, title: B, trigger: task_completed, of_task: a, repeat: true, tiers: [1]}
          - {id: c, title: C, trigger: task_completed, of_task: b, repeat: true, tiers: [1]}
        """;

    assertThat(TestPrograms.check(forward).mistakes()).isEmpty();
  }

  @Test
  void everyTaskOfATangleIsNamedOnce() {
    StringBuilder tasks = new StringBuilder("tasks:\n");
    for (int i = 0; i < 200; i++) {
      tasks.append(
          "  - {id: t%d, title: T, trigger: tier_reached, repeat: true, tiers: [1]}\n"
              .formatted(i));
    }

    assertThat(TestPrograms.check(tasks.toString()).mistakes()).hasSize(100);
  }

  private static String chain(String ofTheLast) {
    return """
    tasks:
      - {id: a, title: A, trigger: points_earned, repeat: true, %s}
      - {id: b, title: B, trigger: grant_issued, repeat: true, tiers: [1]}
      - {id: c, title: C, trigger: tier_reached, of_task: b, %s, %s}
    """
        .formatted(GRANTS, ofTheLast, PAYS_POINTS);
  }
}
