package io.flywheel.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.program.CheckedProgram;
import io.flywheel.testing.TestPrograms;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one action may set off is reckoned to the fact. */
final class FactBoundTest {
  /** Its one order completes at most 100,001 rounds: as many coupons with two facts, and two. */
  private static final String TOO_MUCH =
      """
      tasks:
      - {id: much, title: M, trigger: order, count: amount, repeat: true,
         tiers: [{threshold: 10000000, rewards: [coupon: {coupon_id: c}]}]}
      """;

  private static final long FACTS_OF_TOO_MUCH = 200_004;

  @Test
  void whatIsNoAmountIsGivenOnceARound() {
    assertThat(mistakes(TOO_MUCH))
        .isEqualTo(
            "tasks[0].repeat: one action could set off 200,004 facts (expected: at most 100,000; give"
                + " the task a cap, a higher threshold, or rewards that are amounts such as points)");
    assertThat(mistakes(TOO_MUCH.replace("coupon: {coupon_id: c}", "points: 1"))).isEmpty();
  }

  /** Five coupons a round with two facts each, and two: 9,999 rounds are within the bound. */
  @ParameterizedTest
  @CsvSource({
    "cap: {tiers: 9999}, true",
    "cap: {tiers: 10000}, false",
    "budget: {tiers: 9999}, true",
    "budget: {tiers: 10000}, false",
  })
  void aCapAndABudgetBoundWhatIsGiven(String bound, boolean isTaken) {
    String coupon = "coupon: {coupon_id: c}";
    String document =
        TOO_MUCH
            .replace("repeat: true", "repeat: true, " + bound)
            .replace(coupon, String.join(", ", Collections.nCopies(5, coupon)));

    if (isTaken) {
      assertThat(mistakes(document)).isEmpty();
    } else {
      assertThat(mistakes(document)).contains("one action could set off 100,002 facts");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // A thousand likes come at once, and what was there before completes one round more.
        "trigger: like, repeat: true, tiers: [{threshold: 1, COUPON}] | 2004",
        "trigger: like, repeat: true, tiers: [{threshold: 2, COUPON}] | 1004",
        // A day has 86,400 seconds.
        "trigger: watch, repeat: true, tiers: [{threshold: 60s, COUPON}] | 2884",
        "trigger: watch, count: seconds, repeat: true, tiers: [{threshold: 60s, COUPON}] | 2884",
        "trigger: enter, repeat: true, tiers: [{threshold: 1, COUPON}] | 6",
        "trigger: like, count: distinct_days, repeat: true, tiers: [{threshold: 1, COUPON}] | 6",
        "trigger: comment, count: distinct_texts, repeat: true, tiers: [{threshold: 1, COUPON}] | 6",
        // Points of many rounds are told as one.
        "trigger: like, repeat: true, tiers: [{threshold: 1, rewards: [points: 1]}] | 4",
        // Rounds of several tiers are told one by one: the progress, two tiers and two rewards.
        "trigger: like, repeat: true, tiers: [{threshold: 1, COUPON}, {threshold: 10, COUPON}] | 707",
        // What does not begin anew is done once.
        "trigger: like, tiers: [{threshold: 1, COUPON}, {threshold: 2, COUPON}] | 7",
        "trigger: like, tiers: [{threshold: 1}] | 2",
      })
  void eachTaskAddsWhatItsRoundsTell(String task, long facts) {
    String document =
        TOO_MUCH
            + "- {id: case, title: C, "
            + task.replace("COUPON", "rewards: [coupon: {coupon_id: c}]")
            + "}\n";

    assertThat(mistakes(document))
        .startsWith(
            "tasks[0].repeat: one action could set off %,d facts"
                .formatted(FACTS_OF_TOO_MUCH + facts));
  }

  @Test
  void theTaskThatSetsOffMostIsNamedAndHowToMendIt() {
    String document =
        TOO_MUCH
            + """
            - {id: more, title: M, trigger: order, count: amount, repeat: true,
               tiers: [{threshold: 1}, {threshold: 10000000}]}
            """;

    // 100,001 rounds of a progress and two tiers.
    assertThat(mistakes(document))
        .isEqualTo(
            "tasks[1].repeat: one action could set off 500,007 facts (expected: at most 100,000; give"
                + " the task one tier, or a higher last threshold)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Each of six tells a progress and a tier itself, and counts each of 10,001 rounds.
        "trigger: points_earned | 110023",
        "trigger: grant_issued | 110023",
        // Both tiers of each round.
        "trigger: tier_reached, of_task: a | 170029",
      })
  void whatTasksSetOffIsCountedByOthers(String counting, long facts) {
    StringBuilder document =
        new StringBuilder(
            """
            tasks:
            - {id: a, title: A, trigger: order, count: amount, repeat: true,
               tiers: [{threshold: 1, rewards: [REWARD]}, {threshold: 100000000}]}
            """
                .replace(
                    "REWARD", counting.contains("grant") ? "coupon: {coupon_id: c}" : "points: 1"));
    for (int i = 0; i < 6; i++) {
      document.append(
          "- {id: c%d, title: C, %s, tiers: [{threshold: 1}]}\n".formatted(i, counting));
    }

    assertThat(mistakes(document.toString()))
        .isEqualTo(
            "tasks[1].trigger: one action could set off %,d facts (expected: at most 100,000; fewer"
                    .formatted(facts)
                + " tasks that count points, rewards or tiers, or fewer rewards and tiers)");
  }

  private static String mistakes(String document) {
    return TestPrograms.check(document).mistakes().stream()
        .map(CheckedProgram::describe)
        .map(mistake -> mistake.replaceFirst(" \\(\\d+\\):", ":"))
        .reduce("", (all, each) -> all.isEmpty() ? each : all + "\n" + each);
  }
}
