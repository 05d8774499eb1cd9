package io.flywheel.reward;

import static io.flywheel.program.Expectations.expected;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.program.Texts;
import io.flywheel.v1.Booster;
import io.flywheel.v1.BoosterKind;
import io.flywheel.v1.BoosterRules;
import io.flywheel.v1.BoosterStacking;
import io.flywheel.v1.BudgetSource;
import io.flywheel.v1.Program;

/**
 * What a program says of boosters. They change amounts alone, so that no chain grows by them.
 * Thread-safe.
 */
final class BoosterSection implements ProgramSection<Boosters> {
  private static final Names.Kind BOOSTER = new Names.Kind("a booster");
  private static final int MAX_PERCENT = 500;

  private final RoomBoosters rooms;

  @Inject
  BoosterSection(RoomBoosters rooms) {
    this.rooms = rooms;
  }

  @Override
  public void fill(Program.Builder program) {
    if (!program.hasBoosters()) {
      return;
    }
    BoosterRules.Builder rules = program.getBoostersBuilder();
    if (rules.getStacking() == BoosterStacking.BOOSTER_STACKING_UNSPECIFIED) {
      rules.setStacking(BoosterStacking.BOOSTER_STACKING_HIGHEST);
    }
    if (rules.getMaxPercent() == 0) {
      rules.setMaxPercent(
          rules.getBoostersList().stream()
              .mapToInt(Booster::getPercent)
              .reduce(MAX_PERCENT, Math::max));
    }
    for (Booster.Builder booster : rules.getBoostersBuilderList()) {
      if (booster.getMultipliesCount() == 0) {
        booster.addMultiplies(BoosterKind.BOOSTER_KIND_POINTS);
      }
      if (booster.getSourcesCount() == 0) {
        booster
            .addSources(BudgetSource.BUDGET_SOURCE_CHECK_IN)
            .addSources(BudgetSource.BUDGET_SOURCE_TASK);
      }
    }
  }

  @Override
  public void declare(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getBoosters().getBoostersCount(); i++) {
      names.declare(BOOSTER, program.getBoosters().getBoosters(i).getId(), path(i));
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    BoosterRules rules = program.getBoosters();
    for (int i = 0; i < rules.getBoostersCount(); i++) {
      Booster booster = rules.getBoosters(i);
      String path = path(i) + ".";
      Texts.check(booster.hasTitle(), booster.getTitle(), path + "title", findings);
      Condition.check(Subject.VIEWER_ONLY, booster.getAudience(), path + "audience", findings);
      if (booster.hasStartsAt()
          && booster.hasEndsAt()
          && Timestamps.compare(booster.getStartsAt(), booster.getEndsAt()) >= 0) {
        findings.broken(
            path + "ends_at",
            expected(
                Timestamps.toString(booster.getEndsAt()),
                "a time after starts_at, " + Timestamps.toString(booster.getStartsAt())));
      }
      if (rules.getMaxPercent() > 0 && booster.getPercent() > rules.getMaxPercent()) {
        findings.broken(
            path + "percent",
            expected(
                String.valueOf(booster.getPercent()),
                "at most max_percent, " + rules.getMaxPercent()));
      }
      if (!booster.getPrivilegeId().isEmpty()) {
        names.require(RewardKinds.PRIVILEGE, booster.getPrivilegeId(), path + "privilege_id");
      }
    }
  }

  @Override
  public Boosters compile(Program filled) {
    BoosterRules rules = filled.getBoosters();
    return new Boosters(
        rules.getBoostersList().stream()
            .map(booster ->
                new Boosters.Compiled(
                    booster,
                    Condition.ofStored(
                        Subject.VIEWER_ONLY, booster.getAudience(), "booster " + booster.getId())))
            .toList(),
        rooms,
        rules.getStacking(),
        rules.getMaxPercent());
  }

  private static String path(int index) {
    return "boosters.boosters[" + index + "]";
  }
}
