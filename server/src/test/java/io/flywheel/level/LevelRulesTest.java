package io.flywheel.level;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.program.CompiledProgram;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Cause;
import io.flywheel.v1.CheckInCause;
import io.flywheel.v1.ExperienceReward;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Level;
import io.flywheel.v1.LevelMoved;
import io.flywheel.v1.LevelMovedReason;
import io.flywheel.v1.LevelRules;
import io.flywheel.v1.LevelStanding;
import io.flywheel.v1.LevelStep;
import io.flywheel.v1.PrivilegeReward;
import io.flywheel.v1.ProgramMistake;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RewardRevoked;
import io.flywheel.v1.Text;
import io.flywheel.v1.Viewer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** How experience raises and lowers, and what a changed program leaves, without a database. */
final class LevelRulesTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Cause CHECK_IN =
      Cause.newBuilder()
          .setCheckIn(CheckInCause.newBuilder().setStreak(7))
          .setOrderId("order-1")
          .build();

  private static final String LEVELS =
      """
      name: levels
      tasks:
        - id: climb
          title: 升级
          trigger: level_reached
          tiers: [{threshold: 2, rewards: [{points: 1000}]}]
      levels:
        levels:
          - {id: bronze, title: 青铜, experience: 10, rewards: [{points: 5}]}
          - {id: silver, title: 白银, experience: 30, rewards: [{points: 50}, {privilege: vip}]}
          - {id: gold, title: 黄金, experience: 100, rewards: [{experience: 1}]}
      """;

  private final Levels levels = TestPrograms.instance(Levels.class);
  private final RecordingTurn turn =
      new RecordingTurn(compile(LEVELS), new ViewerKey("shop", "anna"), TestPrograms.reactors());

  @Test
  void experienceRaisesALevelAtItsNumberAndNotBefore() {
    assertThat(levels.numberOf(turn)).isZero();
    assertThat(moved(learn(9))).isEmpty();
    List<Fact> facts = learn(1);
    assertThat(moved(facts)).containsExactly(move("bronze", 1, 0));
    assertThat(given(facts)).containsExactly("points 5 for bronze");
    assertThat(facts)
        .filteredOn(Fact::hasRewardGiven)
        .last()
        .satisfies(fact -> {
          Cause cause = fact.getRewardGiven().getCause();
          assertThat(cause.getLevel().getNumber()).isEqualTo(1);
          assertThat(cause.getOrderId()).as("the order at the root").isEqualTo("order-1");
        });
    assertThat(moved(learn(19))).isEmpty();
    assertThat(moved(learn(1))).containsExactly(move("silver", 2, 1));
  }

  @Test
  void everyLevelThatIsPassedAtOnceGivesItsOwnAndIsCounted() {
    List<Fact> facts = learn(30);
    assertThat(moved(facts)).containsExactly(move("silver", 2, 0));
    assertThat(given(facts))
        .containsExactly(
            "points 5 for bronze",
            "points 50 for silver",
            "privilege for silver",
            "points 1000 for task");
  }

  @Test
  void whatIsTakenBackLowersAndNoLevelIsGivenTwice() {
    learn(100);
    List<Fact> facts = forget(75);
    assertThat(moved(facts)).containsExactly(move("bronze", 1, 3));
    assertThat(given(facts)).isEmpty();
    assertThat(levels.numberOf(turn)).isEqualTo(1);
    facts = learn(75);
    assertThat(moved(facts)).containsExactly(move("gold", 3, 1).toBuilder().setRegained(2).build());
    assertThat(given(facts)).isEmpty();
    assertThat(moved(forget(1_000))).containsExactly(move("", 0, 3));
    assertThat(turn.get(TestPrograms.instance(LevelSlice.class)).getReachedList())
        .as("the history stays")
        .extracting(ReachedLevel::getLevelId)
        .containsExactly("bronze", "silver", "gold");
    assertThat(levels.standing(turn).getLevelId()).isEmpty();
  }

  @Test
  void whatIsNoExperienceMovesNothing() {
    turn.setProgram(compile("name: levels"));
    learn(50);
    turn.setProgram(compile(LEVELS));
    Reward privilege =
        Reward.newBuilder()
            .setPrivilege(PrivilegeReward.newBuilder().setPrivilegeId("vip"))
            .build();
    assertThat(moved(give(privilege))).as("a privilege raises nobody").isEmpty();
    assertThat(moved(revoke(privilege))).as("a privilege lowers nobody").isEmpty();
    assertThat(turn.get(TestPrograms.instance(LevelSlice.class)))
        .isEqualTo(LevelState.getDefaultInstance());
    List<Fact> facts = learn(1);
    assertThat(moved(facts)).containsExactly(move("silver", 2, 0));
  }

  @Test
  void aViewerSeesTheLevelAndTheWayToTheNext() {
    assertThat(levels.standing(turn))
        .isEqualTo(
            LevelStanding.newBuilder()
                .setNextLevelId("bronze")
                .setNextTitle(level(1).getTitle())
                .setNextExperience(10)
                .build());
    learn(35);
    assertThat(levels.standing(turn))
        .isEqualTo(
            LevelStanding.newBuilder()
                .setLevelId("silver")
                .setNumber(2)
                .setTitle(level(2).getTitle())
                .setExperience(35)
                .setLevelExperience(30)
                .setNextLevelId("gold")
                .setNextTitle(level(3).getTitle())
                .setNextExperience(100)
                .build());
    learn(65);
    assertThat(levels.standing(turn).getLevelId()).isEqualTo("gold");
    assertThat(levels.standing(turn).getNextLevelId()).isEmpty();
    assertThat(levels.standing(turn).getKept()).isFalse();
    assertThat(turn.profileNow().getLevel()).isEqualTo(3);
    assertThat(turn.profileNow().getLevelId()).isEqualTo("gold");
    Viewer.Builder viewer = Viewer.newBuilder();
    levels.contribute(turn, viewer);
    assertThat(viewer.getLevel()).isEqualTo(levels.standing(turn));
  }

  @Test
  void theLadderSaysWhatEachLevelAsksAndGivesAndWhenItWasReached() {
    learn(12);
    turn.setAt(NOON.plusSeconds(60));
    turn.run(NOON.plusSeconds(60), learned(20));
    assertThat(levels.ladder(turn))
        .extracting(
            LevelStep::getLevelId,
            LevelStep::getNumber,
            LevelStep::getExperience,
            LevelStep::getRewardsCount,
            step -> Timestamps.toString(step.getReachedAt()))
        .containsExactly(
            tuple("bronze", 1, 10L, 1, "2026-11-22T12:00:00Z"),
            tuple("silver", 2, 30L, 2, "2026-11-22T12:01:00Z"),
            tuple("gold", 3, 100L, 1, "1970-01-01T00:00:00Z"));
    assertThat(levels.ladder(turn).get(2).hasReachedAt()).isFalse();
    assertThat(levels.ladder(turn).get(0).getTitle().getZh()).isEqualTo("青铜");
  }

  @Test
  void aHarderProgramDemotesNobodyAndPaysNoLevelTwice() {
    learn(30);
    turn.setProgram(
        compile(
            """
            name: harder
            levels:
              levels:
                - {id: wood, title: 木, experience: 5, rewards: [{points: 7}]}
                - {id: bronze, title: 青铜, experience: 500, rewards: [{points: 5}]}
                - {id: silver, title: 白银, experience: 1000, rewards: [{points: 50}]}
            """));
    assertThat(levels.standing(turn).getLevelId()).isEqualTo("silver");
    assertThat(levels.standing(turn).getNumber()).isEqualTo(3);
    assertThat(levels.standing(turn).getKept()).isTrue();
    List<Fact> facts = learn(1);
    assertThat(moved(facts)).isEmpty();
    assertThat(given(facts)).containsExactly("points 7 for wood");
    assertThat(given(learn(1))).isEmpty();
    assertThat(moved(forget(1)))
        .as("what is taken back lowers to what the experience is enough for")
        .containsExactly(move("wood", 1, 3));
  }

  @Test
  void aPreviewTellsWhoRisesWhoKeepsAndWhoFalls() {
    learn(30);
    assertThat(shift(50, 60)).as("given, so it is kept").isEqualTo("KEEPS silver to silver");
    assertThat(shift(5, 6)).isEqualTo("STAYS silver to silver");
    assertThat(shift(5)).as("it is left out").isEqualTo("FALLS silver to bronze");
    assertThat(shift(5, 10, 20)).isEqualTo("RISES silver to gold");
    turn.setProgram(
        compile(
            LEVELS
                .replace("experience: 30", "experience: 20")
                .replace("experience: 100", "experience: 30")));
    assertThat(shift(10, 30, 100))
        .as("shown as gold, and never given it")
        .isEqualTo("FALLS gold to silver");
  }

  private String shift(long... experience) {
    List<String> ids = List.of("bronze", "silver", "gold");
    LevelRules.Builder rules = LevelRules.newBuilder();
    for (int i = 0; i < experience.length; i++) {
      rules.addLevels(
          Level.newBuilder()
              .setId(ids.get(i))
              .setTitle(Text.newBuilder().setZh(ids.get(i)))
              .setExperience(experience[i]));
    }
    LevelShift shift = levels.shift(turn, LevelSection.draft(rules.build()));
    return "%s %s to %s"
        .formatted(shift.kind(), shift.viewer().getLevelId(), shift.viewer().getNextLevelId());
  }

  @Test
  void aLevelThatIsLeftOutGivesWayToTheHighestOfTheOthersComeTo() {
    learn(30);
    CompiledProgram without =
        compile(
            """
            name: without
            levels:
              levels:
                - {id: bronze, title: 青铜, experience: 10, rewards: [{points: 5}]}
                - {id: gold, title: 黄金, experience: 100, rewards: [{points: 9}]}
            """);
    turn.setProgram(without);
    assertThat(levels.standing(turn).getLevelId()).isEqualTo("bronze");
    List<Fact> facts = learn(1);
    assertThat(moved(facts)).isEmpty();
    assertThat(given(facts)).isEmpty();
    assertThat(moved(learn(69))).containsExactly(move("gold", 2, 1));
  }

  @Test
  void whoReachedNothingThatIsLeftIsOnNoLevel() {
    learn(10);
    turn.setProgram(
        compile(
            """
            name: others
            levels:
              levels: [{id: top, title: 顶, experience: 12}]
            """));
    assertThat(moved(learn(1))).isEmpty();
    assertThat(levels.numberOf(turn)).isZero();
    assertThat(moved(learn(1))).containsExactly(move("top", 1, 0));
  }

  @Test
  void aProgramWithoutLevelsHasNone() {
    learn(50);
    turn.setProgram(compile("name: none"));
    assertThat(levels.numberOf(turn)).isZero();
    assertThat(turn.profileNow().getLevelId()).isEmpty();
    assertThat(moved(learn(10))).isEmpty();
    assertThat(levels.ladder(turn)).isEmpty();
    Viewer.Builder viewer = Viewer.newBuilder();
    levels.contribute(turn, viewer);
    assertThat(viewer.hasLevel()).isFalse();
  }

  @Test
  void aCurveGrowsByItsPercentAndNumbersOfTheirOwnGoBeforeIt() {
    assertThat(asked("first_step: 100, growth_percent: 50", "", "", ", experience: 300", ""))
        .containsExactly(100L, 250L, 300L, 812L);
    assertThat(asked("first_step: 7", "", "", "")).containsExactly(7L, 14L, 21L);
  }

  @Test
  void levelsThatAskForNoMoreThanTheOneBeforeAreRefused() {
    assertThat(mistakes("", ", experience: 10", ", experience: 10", ", experience: 11"))
        .containsExactly(
            "levels.levels[1].experience: 10 (expected: more than the level before, 10)");
    assertThat(mistakes("curve: {first_step: 10}", ", experience: 30", ", experience: 5", ""))
        .containsExactly(
            "levels.levels[1].experience: 5 (expected: more than the level before, 30)",
            "levels.levels[2].experience: 30 (expected: more than the level before, 30)");
    assertThat(mistakes("", ", experience: 10", ""))
        .containsExactly(
            "levels.levels[1].experience: missing (expected: a number, or a curve for all levels)");
  }

  @Test
  void levelsOfOneIdOrThatNobodyCanReachAreRefused() {
    assertThat(
            TestPrograms.check(
                    """
                    name: twins
                    levels:
                      levels:
                        - {id: one, title: One, experience: 1}
                        - {id: one, title: Two, experience: 1000000000001}
                    """)
                .mistakes())
        .extracting(ProgramMistake::getPath)
        .containsExactlyInAnyOrder("levels.levels[1].id", "levels.levels[1].experience");
  }

  @Test
  void aCurveThatGrowsBeyondAllMeasureIsRefusedAndOverflowsNothing() {
    String[] sixty = new String[60];
    Arrays.fill(sixty, "");
    List<String> mistakes = mistakes("curve: {first_step: 1000000, growth_percent: 100}", sixty);
    assertThat(mistakes)
        .first()
        .isEqualTo(
            "levels.levels[19].experience: 1,048,575,000,000 by the curve (expected: at most"
                + " 1,000,000,000,000; a slower growth)");
    assertThat(mistakes).hasSize(41);
    assertThat(mistakes).last().asString().contains("9,223,372,036,854,775,807 by the curve");
  }

  private static List<Long> asked(String curve, String... levels) {
    return compile(document("curve: {" + curve + "}", levels))
        .get(LevelSection.class)
        .all()
        .stream()
        .map(Level::getExperience)
        .toList();
  }

  private static List<String> mistakes(String curve, String... levels) {
    return TestPrograms.check(document(curve, levels)).mistakes().stream()
        .map(mistake -> mistake.getPath() + ": " + mistake.getMessage())
        .toList();
  }

  private static String document(String curve, String... levels) {
    StringBuilder document = new StringBuilder("name: curve\nlevels:\n");
    if (!curve.isEmpty()) {
      document.append("  ").append(curve).append('\n');
    }
    document.append("  levels:\n");
    for (int i = 0; i < levels.length; i++) {
      document.append("    - {id: l%d, title: L%s}\n".formatted(i, i + levels[i]));
    }
    return document.toString();
  }

  private Level level(int number) {
    return CompiledLevels.of(turn).level(number);
  }

  private List<Fact> learn(long experience) {
    return turn.run(NOON, learned(experience));
  }

  private static Fact learned(long experience) {
    return Fact.newBuilder()
        .setRewardGiven(RewardGiven.newBuilder().setReward(reward(experience)).setCause(CHECK_IN))
        .build();
  }

  private List<Fact> give(Reward reward) {
    return turn.run(
        NOON,
        Fact.newBuilder()
            .setRewardGiven(RewardGiven.newBuilder().setReward(reward).setCause(CHECK_IN))
            .build());
  }

  private List<Fact> forget(long experience) {
    return revoke(reward(experience));
  }

  private List<Fact> revoke(Reward part) {
    return turn.run(
        NOON,
        Fact.newBuilder()
            .setRewardRevoked(RewardRevoked.newBuilder().setNumber(1).setPart(part))
            .build());
  }

  private static Reward reward(long experience) {
    return Reward.newBuilder()
        .setExperience(ExperienceReward.newBuilder().setAmount(experience))
        .build();
  }

  private static LevelMoved move(String levelId, int number, int former) {
    return LevelMoved.newBuilder()
        .setLevelId(levelId)
        .setNumber(number)
        .setFormerNumber(former)
        .setReason(
            number > former
                ? LevelMovedReason.LEVEL_MOVED_REASON_GAINED
                : LevelMovedReason.LEVEL_MOVED_REASON_TAKEN_BACK)
        .build();
  }

  private static List<LevelMoved> moved(List<Fact> facts) {
    return facts.stream().filter(Fact::hasLevelMoved).map(Fact::getLevelMoved).toList();
  }

  /** What was given by levels and tasks, with its cause. */
  private static List<String> given(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasRewardGiven)
        .map(Fact::getRewardGiven)
        .map(LevelRulesTest::words)
        .toList();
  }

  private static String words(RewardGiven given) {
    Reward reward = given.getReward();
    String what =
        reward.hasPoints()
            ? "points " + reward.getPoints().getAmount()
            : reward.getKindCase().name().toLowerCase(Locale.ROOT);
    return given.getCause().hasLevel()
        ? what + " for " + given.getCause().getLevel().getLevelId()
        : what + " for " + given.getCause().getWhatCase().name().toLowerCase(Locale.ROOT);
  }

  private static CompiledProgram compile(String document) {
    return TestPrograms.compile(TestPrograms.check(document).orThrow());
  }
}
