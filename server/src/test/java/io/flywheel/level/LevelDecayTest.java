package io.flywheel.level;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.MemoryEngine;
import io.flywheel.engine.ViewerKey;
import io.flywheel.program.ProgramApplied;
import io.flywheel.testing.RecordingTurn;
import io.flywheel.testing.TestPrograms;
import io.flywheel.v1.Cause;
import io.flywheel.v1.CheckInCause;
import io.flywheel.v1.CustomEvent;
import io.flywheel.v1.Event;
import io.flywheel.v1.ExperienceDecayed;
import io.flywheel.v1.ExperienceReward;
import io.flywheel.v1.Fact;
import io.flywheel.v1.Grant;
import io.flywheel.v1.GrantRevoked;
import io.flywheel.v1.LevelChange;
import io.flywheel.v1.LevelLoss;
import io.flywheel.v1.LevelMoved;
import io.flywheel.v1.LevelMovedReason;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import io.flywheel.v1.RewardGiven;
import io.flywheel.v1.RewardRevoked;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How experience decays, without a database. */
final class LevelDecayTest {
  private static final ViewerKey ANNA = new ViewerKey("shop", "anna");
  private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");

  private static final String LEVELS =
      """
      name: decay
      tasks:
        - id: climb
          title: 升级
          trigger: level_reached
          repeat: true
          tiers: [{threshold: 1, rewards: [{points: 7}]}]
      levels:
        levels:
          - {id: bronze, title: 青铜, experience: 10, rewards: [{points: 5}]}
          - id: silver
            title: 白银
            experience: 30
            rewards:
              - {points: 50}
              - {privilege: vip}
              - {privilege: {privilege_id: trial, valid_for: 20d}}
          - {id: gold, title: 黄金, experience: 100, rewards: [{points: 500}]}
      """;

  private static final String TENTH = "  decay: {after: 7d, every: 1d, percent: 10}\n";
  private static final String FIFTY =
      "  decay: {after: 7d, every: 2d, amount: 50, floor_level_id: bronze, demotes: true}\n";

  private final Levels levels = TestPrograms.instance(Levels.class);
  private Program program = program("");
  private final RecordingTurn turn =
      new RecordingTurn(TestPrograms.compile(program), ANNA, TestPrograms.reactors());

  @Test
  void whoGainsNothingLosesAShareAgainAndAgain() {
    begin(TENTH);
    gain(day(0), 205);
    assertThat(levels.standing(at(day(0))).getNextLoss())
        .isEqualTo(
            LevelLoss.newBuilder()
                .setAt(Timestamps.fromMillis(day(7).toEpochMilli()))
                .setExperience(21)
                .build());
    assertThat(turn.settle(day(7).minusMillis(1))).isEmpty();
    assertThat(losses(turn.settle(day(7)))).containsExactly(loss(21, 184, 7));
    assertThat(losses(turn.settle(day(9)))).containsExactly(loss(19, 165, 8), loss(17, 148, 9));
    assertThat(turn.profileNow().getExperience()).isEqualTo(148);
    List<Fact> facts = turn.settle(day(400));
    assertThat(turn.profileNow().getExperience()).as("rounded up, so it ends").isZero();
    assertThat(facts).as("the level is kept").noneMatch(Fact::hasLevelMoved);
    assertThat(turn.followUps()).as("nothing is left to lose").isEmpty();
    assertThat(levels.standing(at(day(400))).getKept()).isTrue();
    assertThat(levels.standing(at(day(400))).getLevelId()).isEqualTo("gold");
    assertThat(levels.standing(at(day(400))).hasNextLoss()).isFalse();
    assertThat(levels.history(turn))
        .extracting(LevelChange::getReason, LevelChange::getLost, LevelChange::getExperience)
        .containsExactly(
            tuple(LevelMovedReason.LEVEL_MOVED_REASON_DECAYED, 205L, 0L),
            tuple(LevelMovedReason.LEVEL_MOVED_REASON_GAINED, 0L, 205L));
    assertThat(levels.history(turn).getFirst().getLosses()).isGreaterThan(20);
  }

  @Test
  void anyGainSetsTheClockBack() {
    begin(TENTH);
    gain(day(0), 200);
    gain(day(6), 1);
    assertThat(turn.settle(day(13).minusMillis(1))).isEmpty();
    assertThat(losses(turn.settle(day(13)))).containsExactly(loss(21, 180, 13));
    gain(day(13).plusSeconds(1), 1);
    assertThat(losses(turn.settle(day(20)))).isEmpty();
    assertThat(losses(turn.settle(day(20).plusSeconds(1))))
        .extracting(ExperienceDecayed::getAmount)
        .containsExactly(19L);
  }

  @Test
  void anAmountIsLostDownToTheFloorAndNothingBelowIt() {
    begin("  decay: {after: 7d, every: 2d, amount: 80, floor_experience: 30}\n");
    gain(day(0), 200);
    assertThat(losses(turn.settle(day(60))))
        .containsExactly(loss(80, 120, 7), loss(80, 40, 9), loss(10, 30, 11));
    gain(day(60), 1);
    assertThat(losses(turn.settle(day(90)))).containsExactly(loss(1, 30, 67));
    turn.setViewer(new ViewerKey("shop", "bob"));
    gain(day(90), 29);
    assertThat(turn.settle(day(200))).as("below the floor").isEmpty();
    assertThat(turn.profileNow().getExperience()).isEqualTo(29);
  }

  @Test
  void aLevelIsLostWithAReasonAndItsPrivilegesEndWithIt() {
    begin(FIFTY);
    gain(day(0), 70);
    assertThat(levels.standing(at(day(0))).getNextLoss())
        .extracting(
            LevelLoss::getExperience,
            LevelLoss::getDemotes,
            LevelLoss::getNumber,
            next -> next.getTitle().getZh())
        .containsExactly(50L, true, 1, "青铜");
    assertThat(turn.profileNow().getPrivilegesList()).containsExactlyInAnyOrder("vip", "trial");
    List<Fact> facts = turn.settle(day(7));
    assertThat(moves(facts))
        .containsExactly(
            LevelMoved.newBuilder()
                .setLevelId("bronze")
                .setNumber(1)
                .setFormerNumber(2)
                .setReason(LevelMovedReason.LEVEL_MOVED_REASON_DECAYED)
                .build());
    assertThat(facts)
        .filteredOn(Fact::hasGrantRevoked)
        .extracting(Fact::getGrantRevoked)
        .extracting(
            revoked -> revoked.getPart().getPrivilege().getPrivilegeId(),
            revoked -> revoked.getCause().getLevel().getLevelId(),
            revoked -> revoked.getCause().getLevel().getDecayed())
        .containsExactly(tuple("vip", "silver", true), tuple("trial", "silver", true));
    assertThat(at(day(7)).profileNow().getPrivilegesList()).isEmpty();
    assertThat(turn.profileNow().getLevel()).isEqualTo(1);
    assertThat(levels.standing(turn).getKept()).isFalse();
    assertThat(levels.history(turn).getFirst())
        .isEqualTo(
            LevelChange.newBuilder()
                .setChangedAt(Timestamps.fromMillis(day(7).toEpochMilli()))
                .setReason(LevelMovedReason.LEVEL_MOVED_REASON_DECAYED)
                .setLost(50)
                .setLosses(1)
                .setExperience(20)
                .setLevelId("bronze")
                .setNumber(1)
                .setFormerNumber(2)
                .build());
    assertThat(losses(turn.settle(day(9)))).as("down to bronze").containsExactly(loss(10, 10, 9));
    assertThat(turn.followUps()).isEmpty();
  }

  @Test
  void aLevelRegainedPaysNothingTwiceAndItsPrivilegesLastUntilTheirEnd() {
    begin(FIFTY);
    gain(day(0), 70);
    turn.settle(day(7));
    long points = turn.profileNow().getPoints();
    List<Fact> facts = gain(day(8), 40);
    assertThat(moves(facts))
        .extracting(LevelMoved::getNumber, LevelMoved::getFormerNumber, LevelMoved::getRegained)
        .containsExactly(tuple(2, 1, 1));
    assertThat(turn.profileNow().getPoints()).as("no level, no task").isEqualTo(points);
    assertThat(granted(facts))
        .filteredOn(grant -> grant.getReward().hasPrivilege())
        .extracting(
            grant -> grant.getReward().getPrivilege().getPrivilegeId(),
            grant -> grant.hasExpiresAt() ? Timestamps.toMillis(grant.getExpiresAt()) : 0)
        .containsExactly(tuple("vip", 0L), tuple("trial", day(20).toEpochMilli()));
    turn.settle(day(15));
    assertThat(at(day(15)).profileNow().getPrivilegesList()).as("lost again").isEmpty();
    assertThat(granted(gain(day(20), 40)))
        .filteredOn(grant -> grant.getReward().hasPrivilege())
        .extracting(grant -> grant.getReward().getPrivilege().getPrivilegeId())
        .as("the trial would have ended")
        .containsExactly("vip");
    assertThat(moves(gain(day(20), 100)))
        .extracting(LevelMoved::getRegained)
        .as("gold is new")
        .containsExactly(0);
    assertThat(turn.profileNow().getPoints()).isEqualTo(points + 500 + 7);
  }

  @Test
  void aPrivilegeThatWasTakenBackDoesNotComeBackWithItsLevel() {
    begin(FIFTY);
    List<Grant> grants = granted(gain(day(0), 70));
    Grant vip =
        grants.stream()
            .filter(grant -> grant.getReward().getPrivilege().getPrivilegeId().equals("vip"))
            .findFirst()
            .orElseThrow();
    turn.run(day(1), revoked(vip.getGrantNumber(), vip.getReward()));
    assertThat(turn.settle(day(7)))
        .filteredOn(Fact::hasGrantRevoked)
        .extracting(Fact::getGrantRevoked)
        .extracting(GrantRevoked::getGrantNumber)
        .doesNotContain(vip.getGrantNumber())
        .hasSize(1);
    assertThat(granted(gain(day(8), 40)))
        .filteredOn(grant -> grant.getReward().hasPrivilege())
        .extracting(grant -> grant.getReward().getPrivilege().getPrivilegeId())
        .containsExactly("trial");
  }

  @Test
  void lossesOfADowntimeAreTakenInOrderWithTheirOwnTimesBeforeWhatCameLater() {
    begin(TENTH);
    gain(day(0), 200);
    List<Fact> facts = gain(day(9), 50);
    assertThat(losses(facts)).containsExactly(loss(20, 180, 7), loss(18, 162, 8), loss(17, 145, 9));
    assertThat(turn.profileNow().getExperience()).isEqualTo(195);
    assertThat(turn.get(slice()).getUnbooked()).isZero();
    assertThat(turn.settleLate(day(12))).as("the clock was set back").isEmpty();
    assertThat(losses(turn.settleLate(day(18))))
        .containsExactly(loss(20, 175, 16), loss(18, 157, 17), loss(16, 141, 18));
  }

  @Test
  void twoGainsOfOneActionRaiseByWhatIsReallyThere() {
    program =
        TestPrograms.check(
                (LEVELS + FIFTY)
                    .replace("trigger: level_reached", "trigger: custom\n    custom: play")
                    .replace("[{points: 7}]", "[{experience: 20}, {experience: 20}]"))
            .orThrow();
    turn.setProgram(TestPrograms.compile(program));
    gain(day(0), 70);
    Event play =
        Event.newBuilder()
            .setEventId("play-1")
            .setViewerId("anna")
            .setOccurredAt(Timestamps.fromMillis(day(8).toEpochMilli()))
            .setCustom(CustomEvent.newBuilder().setName("play"))
            .build();
    List<Fact> facts = turn.run(day(8), play);
    assertThat(losses(facts)).containsExactly(loss(50, 20, 7));
    assertThat(turn.profileNow().getExperience()).isEqualTo(60);
    assertThat(moves(facts))
        .extracting(LevelMoved::getFormerNumber, LevelMoved::getNumber)
        .as("to silver again by both, and never to more")
        .containsExactly(tuple(2, 1), tuple(1, 2));
  }

  @Test
  void whatIsToldLateSetsTheClockToItsOwnTimeAndWhatWasLostStaysLost() {
    begin(TENTH);
    gain(day(0), 200);
    turn.settle(day(8));
    assertThat(losses(turn.runLate(day(5), day(8), learned(10)))).isEmpty();
    assertThat(turn.profileNow().getExperience()).isEqualTo(172);
    assertThat(losses(turn.settle(day(12).minusMillis(1)))).as("day 5 and seven more").isEmpty();
    assertThat(losses(turn.settle(day(12)))).containsExactly(loss(18, 154, 12));
  }

  @Test
  void whatIsTakenBackLowersNoLevelForWhatDecayHasTaken() {
    begin(TENTH);
    gain(day(0), 110);
    turn.settle(day(20));
    long left = turn.profileNow().getExperience();
    assertThat(left).isLessThan(30);
    assertThat(moves(turn.run(day(20), revoked(1, experience(5))))).isEmpty();
    assertThat(levels.standing(at(day(20))).getLevelId()).isEqualTo("gold");
    assertThat(turn.profileNow().getExperience()).isEqualTo(left - 5);
    assertThat(moves(turn.run(day(20), revoked(1, experience(10)))))
        .as("without these there had never been enough")
        .extracting(LevelMoved::getNumber, LevelMoved::getReason)
        .containsExactly(tuple(2, LevelMovedReason.LEVEL_MOVED_REASON_TAKEN_BACK));
    gain(day(20), 30);
    assertThat(moves(turn.run(day(20), revoked(1, experience(20)))))
        .as("enough by itself again, so nothing is forgiven any more")
        .extracting(LevelMoved::getNumber)
        .containsExactly(1);
  }

  @Test
  void whatDecayIsAddedForIsReckonedFromThenOn() {
    gain(day(0), 200);
    assertThat(turn.followUps()).as("nothing is configured").isEmpty();
    assertThat(turn.get(slice()).hasDecay()).isFalse();
    apply(day(30), TENTH);
    assertThat(turn.settle(day(37))).isEmpty();
    List<Fact> facts = turn.settle(day(37).plus(Duration.ofMinutes(30)));
    assertThat(losses(facts)).extracting(ExperienceDecayed::getAmount).containsExactly(20L);
    apply(day(38).minusSeconds(1), "");
    assertThat(turn.followUps()).as("nothing is configured any more").isEmpty();
    assertThat(levels.standing(at(day(38))).hasNextLoss()).isFalse();
    apply(day(60), TENTH);
    assertThat(losses(turn.settle(day(67)))).as("the time without does not count").isEmpty();
    assertThat(losses(turn.settle(day(67).plus(Duration.ofMinutes(30))))).hasSize(1);
  }

  @Test
  void stricterRulesGiveEverybodyOneStepAndMilderOnesTheirTime() {
    begin("  decay: {after: 100d, every: 3d, percent: 10}\n");
    gain(day(0), 200);
    apply(day(50), "  decay: {after: 7d, every: 3d, percent: 10}\n");
    assertThat(losses(turn.settle(day(53)))).isEmpty();
    assertThat(losses(turn.settle(day(53).plus(Duration.ofMinutes(30))))).hasSize(1);
    apply(day(54), "  decay: {after: 70d, every: 3d, percent: 10}\n");
    assertThat(losses(turn.settle(day(70).minusMillis(1)))).isEmpty();
    assertThat(losses(turn.settle(day(70)))).containsExactly(loss(18, 162, 70));
  }

  @Test
  void onlyOtherRulesOfDecayWalkTheViewersAndPageByPage() {
    begin(TENTH);
    int viewers = LevelPageSlice.PAGE_SIZE + 3;
    for (int i = 0; i < viewers; i++) {
      turn.setViewer(new ViewerKey("shop", "v" + i));
      gain(day(0), 50);
    }
    Program other = program(TENTH.replace("10}", "20}"));
    turn.setViewer(ViewerKey.merchant("shop"));
    turn.run(day(1), new ProgramApplied(null, other, 1));
    turn.run(day(1), new ProgramApplied(program, program.toBuilder().setName("x").build(), 2));
    assertThat(walks()).isEmpty();
    turn.run(day(1), new ProgramApplied(program, other, 3));
    assertThat(walks()).hasSize(1);
    turn.settle(day(1));
    assertThat(reckoned(viewers)).isEqualTo(LevelPageSlice.PAGE_SIZE);
    turn.settle(day(1).plusSeconds(1));
    assertThat(reckoned(viewers)).isEqualTo(viewers);
    assertThat(walks()).isEmpty();
  }

  @Test
  void whatAnEasierProgramHasShownIsTheViewersBeforeItIsLost() {
    begin(FIFTY);
    gain(day(0), 70);
    program = TestPrograms.check((LEVELS + FIFTY).replace("100,", "60,")).orThrow();
    turn.setProgram(TestPrograms.compile(program));
    assertThat(levels.standing(at(day(1))).getLevelId()).isEqualTo("gold");
    assertThat(moves(turn.settle(day(7))))
        .extracting(LevelMoved::getFormerNumber, LevelMoved::getNumber)
        .containsExactly(tuple(2, 3), tuple(3, 1));
  }

  @Test
  void aLongHistoryForgetsTheOldest() {
    begin(FIFTY);
    for (int round = 0; round < 15; round++) {
      gain(day(10 * round), 60);
      turn.settle(day(10 * round + 9));
    }
    List<LevelChange> history = levels.history(turn);
    assertThat(history).hasSize(20);
    assertThat(history.getFirst().getChangedAt())
        .isEqualTo(Timestamps.fromMillis(day(10 * 14 + 9).toEpochMilli()));
    assertThat(history)
        .isSortedAccordingTo(
            (one, other) -> Timestamps.compare(other.getChangedAt(), one.getChangedAt()));
  }

  /**
   * A plain model beside the rules: what is held, by one step after the other. Gains and refunds
   * come at random, programs change, and the service is down for a while or is not.
   */
  @Test
  void whateverHappensTheLossesAreThoseOfAPlainModel() {
    int lost = 0;
    for (int seed = 0; seed < 200; seed++) {
      lost += new Model(seed).run();
    }
    assertThat(lost).as("losses that were compared").isGreaterThan(1_000);
  }

  /** One viewer's random half year. */
  private static final class Model {
    private static final long[] ASKED = {10, 30, 100};
    private static final long DAY = Duration.ofDays(1).toMillis();

    private record Rules(
        String text, int after, int every, int percent, long amount, long floor, boolean demotes) {}

    private static final List<Rules> RULES =
        List.of(
            new Rules("", 0, 0, 0, 0, 0, false),
            new Rules("{after: 3d, percent: 10}", 3, 1, 10, 0, 0, false),
            new Rules("{after: 5d, every: 2d, percent: 33, demotes: true}", 5, 2, 33, 0, 0, true),
            new Rules(
                "{after: 9d, amount: 7, floor_experience: 12, demotes: true}",
                9,
                1,
                0,
                7,
                12,
                true),
            new Rules(
                "{after: 2d, every: 4d, amount: 25, floor_level_id: silver}",
                2,
                4,
                0,
                25,
                30,
                false));

    private final LevelDecayTest test = new LevelDecayTest();
    private final Random random;
    private final String as;
    private final List<Long> lossesByModel = new ArrayList<>();
    private final List<Long> lossesByRules = new ArrayList<>();
    private Rules rules = RULES.getFirst();
    private long now = START.toEpochMilli();
    private long experience;
    private int level;
    private long lostSinceEnough;
    private @Nullable Long gained;
    private @Nullable Long lostAt;
    private long rulesAt;
    private boolean isKept;

    Model(int seed) {
      this.random = new Random(seed);
      this.as = "seed " + seed;
    }

    int run() {
      for (int i = 0; i < 60; i++) {
        now += 1 + random.nextLong(random.nextInt(4) == 0 ? 12 * DAY : 2 * DAY);
        boolean isDown = random.nextInt(3) == 0;
        int what = random.nextInt(10);
        if (!isDown || what == 0) { // programs are applied by a service that runs
          note(isDown ? test.turn.settleLate(at()) : test.turn.settle(at()));
        }
        lapse();
        if (what == 0) {
          change(RULES.get(random.nextInt(RULES.size())));
        } else if (what == 1) {
          takeBack(1 + random.nextLong(30));
        } else if (what < 7) {
          gain(1 + random.nextLong(25));
        } else {
          note(test.turn.settleLate(at()));
        }
        compare();
      }
      return lossesByModel.size();
    }

    private Instant at() {
      return Instant.ofEpochMilli(now);
    }

    private void note(List<Fact> facts) {
      losses(facts).forEach(loss -> lossesByRules.add(loss.getAmount()));
    }

    /** The next loss, as its documentation says it; null: there is none. */
    private @Nullable Long next() {
      Long since = gained;
      Long latest = lostAt;
      if (since == null || rules.after() == 0 || experience <= rules.floor()) {
        return null;
      }
      long next = since + rules.after() * DAY;
      if (latest != null) {
        next = Math.max(next, latest + rules.every() * DAY);
      }
      if (since < rulesAt) {
        next = Math.max(next, rulesAt + rules.every() * DAY);
      }
      return next;
    }

    private void lapse() {
      for (Long next = next(); next != null && next <= now; next = next()) {
        long amount =
            rules.percent() > 0
                ? (long) Math.ceil(experience * rules.percent() / 100.0)
                : rules.amount();
        amount = Math.min(amount, experience - rules.floor());
        experience -= amount;
        lostAt = next;
        lossesByModel.add(amount);
        lostSinceEnough += amount;
        if (rules.demotes()) {
          level = Math.min(level, enough(experience));
        }
        settle();
      }
    }

    private void settle() {
      if (enough(experience) >= level) {
        lostSinceEnough = 0;
      }
    }

    private void gain(long amount) {
      note(test.turn.run(at(), learned(amount)));
      experience += amount;
      level = Math.max(level, enough(experience));
      if (rules.after() > 0) {
        Long before = gained; // the time to come of rules that have just begun
        gained = before == null ? Long.valueOf(now) : Long.valueOf(Math.max(before, now));
        lostAt = null;
      }
      settle();
    }

    private void takeBack(long amount) {
      if (experience == 0) {
        return;
      }
      long part = Math.min(amount, experience);
      note(test.turn.run(at(), revoked(1, LevelDecayTest.experience(part))));
      experience -= part;
      level = Math.max(enough(experience), Math.min(level, enough(experience + lostSinceEnough)));
      settle();
    }

    private void change(Rules next) {
      if (next.equals(rules)) {
        return;
      }
      rules = next;
      test.apply(at(), next.text().isEmpty() ? "" : "  decay: " + next.text() + "\n");
      if (!isKept) {
        return; // on no level, and decay has never seen the viewer
      }
      if (rules.after() == 0) {
        gained = null;
        lostAt = null;
        rulesAt = 0;
      } else {
        rulesAt = now + ANNA.spread() % Duration.ofMinutes(30).toMillis();
        if (gained == null) {
          gained = rulesAt;
        }
      }
    }

    private int enough(long experience) {
      int number = 0;
      while (number < ASKED.length && ASKED[number] <= experience) {
        number++;
      }
      return number;
    }

    private void compare() {
      if (lossesByRules.size() < lossesByModel.size()) {
        note(test.turn.settleLate(at())); // what waits for the end of the downtime
      }
      RecordingTurn view = test.at(at());
      assertThat(lossesByRules).as(as).isEqualTo(lossesByModel);
      assertThat(view.profileNow().getExperience()).as(as).isEqualTo(experience);
      assertThat(test.levels.numberOf(view)).as(as).isEqualTo(level);
      LevelState state = test.turn.get(slice());
      isKept |= !state.equals(LevelState.getDefaultInstance());
      assertThat(state.getUnbooked()).as(as).isZero();
      Long next = next();
      LevelLoss shown = test.levels.standing(view).getNextLoss();
      assertThat(shown.hasAt() ? Timestamps.toMillis(shown.getAt()) : null).as(as).isEqualTo(next);
    }
  }

  private static LevelSlice slice() {
    return TestPrograms.instance(LevelSlice.class);
  }

  private static Instant day(int day) {
    return START.plus(Duration.ofDays(day));
  }

  private static Program program(String decay) {
    return TestPrograms.check(LEVELS + decay).orThrow();
  }

  /** Begins with a program, before any viewer is known. */
  private void begin(String decay) {
    program = program(decay);
    turn.setProgram(TestPrograms.compile(program));
  }

  /** Puts another program in force, as the service does. */
  private void apply(Instant at, String decay) {
    Program next = program(decay);
    turn.setViewer(ViewerKey.merchant("shop"));
    turn.run(at, new ProgramApplied(program, next, 2));
    turn.setViewer(ANNA);
    program = next;
    turn.setProgram(TestPrograms.compile(next));
    turn.settle(at);
  }

  private RecordingTurn at(Instant at) {
    turn.setAt(at);
    return turn;
  }

  private List<Object> walks() {
    return turn.followUps().stream()
        .map(MemoryEngine.FollowUp::body)
        .filter(body -> body instanceof ReckonAllDecay || body instanceof ReckonDecay)
        .toList();
  }

  private int reckoned(int viewers) {
    int reckoned = 0;
    for (int i = 0; i < viewers; i++) {
      ViewerKey viewer = new ViewerKey("shop", "v" + i);
      reckoned += turn.get(slice(), viewer).getDecay().getRulesMillis() > 0 ? 1 : 0;
    }
    return reckoned;
  }

  private List<Fact> gain(Instant at, long amount) {
    return turn.run(at, learned(amount));
  }

  private static Fact learned(long amount) {
    return Fact.newBuilder()
        .setRewardGiven(
            RewardGiven.newBuilder()
                .setReward(experience(amount))
                .setCause(Cause.newBuilder().setCheckIn(CheckInCause.newBuilder().setStreak(1))))
        .build();
  }

  private static Fact revoked(long number, Reward part) {
    return Fact.newBuilder()
        .setRewardRevoked(RewardRevoked.newBuilder().setNumber(number).setPart(part))
        .build();
  }

  private static Reward experience(long amount) {
    return Reward.newBuilder()
        .setExperience(ExperienceReward.newBuilder().setAmount(amount))
        .build();
  }

  private static ExperienceDecayed loss(long amount, long left, int dueDay) {
    return ExperienceDecayed.newBuilder()
        .setAmount(amount)
        .setExperience(left)
        .setDueAt(Timestamps.fromMillis(day(dueDay).toEpochMilli()))
        .build();
  }

  private static List<ExperienceDecayed> losses(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasExperienceDecayed)
        .map(Fact::getExperienceDecayed)
        .toList();
  }

  private static List<LevelMoved> moves(List<Fact> facts) {
    return facts.stream().filter(Fact::hasLevelMoved).map(Fact::getLevelMoved).toList();
  }

  private static List<Grant> granted(List<Fact> facts) {
    return facts.stream()
        .filter(Fact::hasGrantIssued)
        .map(fact -> fact.getGrantIssued().getGrant())
        .toList();
  }
}
