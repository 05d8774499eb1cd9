package io.flywheel.level;

import static io.flywheel.program.Expectations.expected;

import com.google.common.math.LongMath;
import com.google.inject.Inject;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.program.Texts;
import io.flywheel.v1.Level;
import io.flywheel.v1.LevelCurve;
import io.flywheel.v1.LevelDecay;
import io.flywheel.v1.LevelRules;
import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramMistake;
import java.util.Optional;

/**
 * What a program says of levels. A level gives its rewards once, so that no chain through it is
 * endless. Thread-safe.
 */
final class LevelSection implements ProgramSection<CompiledLevels> {
  static final Names.Kind LEVEL = new Names.Kind("a level");

  private static final long MAX_EXPERIENCE = 1_000_000_000_000L;
  private static final Duration EVERY = Durations.fromDays(1);

  @Inject
  LevelSection() {}

  @Override
  public void fill(Program.Builder program) {
    fillIn(program);
  }

  private static void fillIn(Program.Builder program) {
    if (!program.hasLevels()) {
      return;
    }
    LevelRules.Builder rules = program.getLevelsBuilder();
    long[] curve = curve(rules.getCurve(), rules.getLevelsCount());
    for (int i = 0; i < rules.getLevelsCount(); i++) {
      if (rules.getLevels(i).getExperience() == 0 && rules.hasCurve()) {
        rules.getLevelsBuilder(i).setExperience(curve[i]);
      }
    }
    if (rules.hasDecay() && !rules.getDecay().hasEvery()) {
      rules.getDecayBuilder().setEvery(EVERY);
    }
  }

  @Override
  public void declare(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getLevels().getLevelsCount(); i++) {
      names.declare(LEVEL, program.getLevels().getLevels(i).getId(), path(i));
    }
  }

  /**
   * Levels that are not applied yet, checked as a program's are.
   *
   * @throws ServiceException INVALID_FIELD with the first of what is wrong with them
   */
  static CompiledLevels draft(LevelRules rules) {
    Findings findings = new Findings();
    check(rules, findings);
    Optional<ProgramMistake> mistake = findings.mistakes().stream().findFirst();
    if (mistake.isPresent()) {
      throw ServiceException.invalidField(mistake.get().getPath(), mistake.get().getMessage());
    }
    Program.Builder program = Program.newBuilder().setLevels(rules);
    fillIn(program);
    return CompiledLevels.of(program.getLevels());
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    check(program.getLevels(), findings);
    String floor = program.getLevels().getDecay().getFloorLevelId();
    if (!floor.isEmpty()) {
      names.require(LEVEL, floor, "levels.decay.floor_level_id");
    }
  }

  private static void check(LevelRules rules, Findings findings) {
    long[] curve = curve(rules.getCurve(), rules.getLevelsCount());
    long before = 0;
    for (int i = 0; i < rules.getLevelsCount(); i++) {
      Level level = rules.getLevels(i);
      Texts.check(level.hasTitle(), level.getTitle(), path(i) + ".title", findings);
      String at = path(i) + ".experience";
      if (level.getExperience() == 0 && !rules.hasCurve()) {
        findings.broken(at, expected("missing", "a number, or a curve for all levels"));
        continue;
      }
      long experience = level.getExperience() == 0 ? curve[i] : level.getExperience();
      if (experience > MAX_EXPERIENCE) {
        findings.broken(
            at,
            expected(
                "%,d by the curve".formatted(experience),
                "at most %,d; a slower growth".formatted(MAX_EXPERIENCE)));
      } else if (experience <= before) {
        findings.broken(
            at,
            expected(
                "%,d".formatted(experience), "more than the level before, %,d".formatted(before)));
      }
      before = Math.max(before, experience);
    }
    if (rules.hasDecay()) {
      checkDecay(rules, findings);
    }
  }

  private static void checkDecay(LevelRules rules, Findings findings) {
    LevelDecay decay = rules.getDecay();
    boolean isShare = decay.getPercent() != 0;
    if (isShare == (decay.getAmount() != 0)) {
      findings.broken(
          "levels.decay." + (isShare ? "amount" : "percent"),
          isShare
              ? expected("%,d".formatted(decay.getAmount()), "nothing beside percent")
              : expected("missing", "percent or amount: what is lost each time"));
    }
    if (!decay.getFloorLevelId().isEmpty() && decay.getFloorExperience() != 0) {
      findings.broken(
          "levels.decay.floor_experience",
          expected("%,d".formatted(decay.getFloorExperience()), "nothing beside floor_level_id"));
    }
  }

  @Override
  public CompiledLevels compile(Program filled) {
    return CompiledLevels.of(filled.getLevels());
  }

  /** What each level asks for, were there no numbers of their own. */
  private static long[] curve(LevelCurve curve, int levels) {
    long[] experience = new long[levels];
    long step = curve.getFirstStep();
    long sum = 0;
    for (int i = 0; i < levels; i++) {
      sum = LongMath.saturatedAdd(sum, step);
      experience[i] = sum;
      step =
          LongMath.saturatedAdd(
              step, LongMath.saturatedMultiply(step, curve.getGrowthPercent()) / 100);
    }
    return experience;
  }

  private static String path(int index) {
    return "levels.levels[" + index + "]";
  }
}
