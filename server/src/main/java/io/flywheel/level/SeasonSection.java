package io.flywheel.level;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.name;

import com.google.inject.Inject;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.program.Texts;
import io.flywheel.reward.RewardKinds;
import io.flywheel.v1.Payout;
import io.flywheel.v1.Program;
import io.flywheel.v1.Season;
import io.flywheel.v1.SeasonPeriod;
import io.flywheel.v1.SeasonTier;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/**
 * What a program says of seasons. A tier gives its rewards once a season, so that no chain through
 * it is endless. Thread-safe.
 */
final class SeasonSection implements ProgramSection<CompiledSeasons> {
  private static final Names.Kind SEASON = new Names.Kind("a season");
  private static final Duration LATENESS = Durations.fromMinutes(5);

  @Inject
  SeasonSection() {}

  @Override
  public void fill(Program.Builder program) {
    for (Season.Builder season : program.getSeasonsBuilderList()) {
      if (season.getPeriod() == SeasonPeriod.SEASON_PERIOD_UNSPECIFIED) {
        season.setPeriod(SeasonPeriod.SEASON_PERIOD_FIXED);
      }
      if (season.getPayout() == Payout.PAYOUT_UNSPECIFIED) {
        season.setPayout(Payout.PAYOUT_AT_ONCE);
      }
      if (!season.hasLateness()) {
        season.setLateness(LATENESS);
      }
    }
  }

  @Override
  public void declare(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getSeasonsCount(); i++) {
      names.declare(SEASON, program.getSeasons(i).getId(), path(i));
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getSeasonsCount(); i++) {
      Season season = program.getSeasons(i);
      String path = path(i) + ".";
      Texts.check(season.hasTitle(), season.getTitle(), path + "title", findings);
      checkPeriod(season, path, findings);
      checkTiers(season, path, findings);
      checkPaidTrack(season, path, names, findings);
    }
  }

  @Override
  public CompiledSeasons compile(Program filled) {
    return CompiledSeasons.of(filled.getSeasonsList());
  }

  /** What viewers' records go by stays until nobody can come to a tier any more. */
  @Override
  public void checkChange(Program inForce, Program next, Instant now, Findings findings) {
    for (Season before : inForce.getSeasonsList()) {
      for (int i = 0; i < next.getSeasonsCount(); i++) {
        if (next.getSeasons(i).getId().equals(before.getId()) && isOn(before, now)) {
          checkChange(before, next.getSeasons(i), now, path(i) + ".", findings);
        }
      }
    }
  }

  private static boolean isOn(Season season, Instant now) {
    long millis = now.toEpochMilli();
    return season.getPeriod() != SeasonPeriod.SEASON_PERIOD_FIXED
        || (Timestamps.toMillis(season.getStartsAt()) <= millis
            && millis
                < Timestamps.toMillis(season.getEndsAt())
                    + Durations.toMillis(season.getLateness()));
  }

  private static void checkChange(
      Season before, Season after, Instant now, String path, Findings findings) {
    if (after.getPeriod() != before.getPeriod()) {
      findings.broken(
          path + "period",
          expected(
              name(after.getPeriod().getValueDescriptor()),
              name(before.getPeriod().getValueDescriptor())
                  + ", for it has begun; another season has another id"));
    } else if (!after.getStartsAt().equals(before.getStartsAt())) {
      findings.broken(
          path + "starts_at",
          expected(
              Timestamps.toString(after.getStartsAt()),
              "%s, for it has begun; another season has another id"
                  .formatted(Timestamps.toString(before.getStartsAt()))));
    } else if (!after.getEndsAt().equals(before.getEndsAt())
        && Timestamps.toMillis(after.getEndsAt()) < now.toEpochMilli()) {
      findings.broken(
          path + "ends_at",
          expected(
              Timestamps.toString(after.getEndsAt()), "a time to come, for the season has begun"));
    }
  }

  private static void checkPeriod(Season season, String path, Findings findings) {
    boolean fixed =
        switch (season.getPeriod()) {
          case SEASON_PERIOD_MONTH, SEASON_PERIOD_QUARTER -> false;
          default -> true;
        };
    onlyForFixed(season.hasStartsAt(), fixed, path + "starts_at", findings);
    onlyForFixed(season.hasEndsAt(), fixed, path + "ends_at", findings);
    if (fixed
        && season.hasStartsAt()
        && season.hasEndsAt()
        && Timestamps.compare(season.getStartsAt(), season.getEndsAt()) >= 0) {
      findings.broken(
          path + "ends_at",
          expected(
              Timestamps.toString(season.getEndsAt()),
              "a time after starts_at, " + Timestamps.toString(season.getStartsAt())));
    }
  }

  private static void onlyForFixed(boolean given, boolean fixed, String path, Findings findings) {
    if (fixed && !given) {
      findings.broken(path, expected("missing", "a time, or the period month or quarter"));
    } else if (!fixed && given) {
      findings.broken(path, expected("given", "nothing; it is only for the period fixed"));
    }
  }

  private static void checkTiers(Season season, String path, Findings findings) {
    Set<String> ids = new HashSet<>();
    long before = 0;
    for (int i = 0; i < season.getTiersCount(); i++) {
      SeasonTier tier = season.getTiers(i);
      String at = path + "tiers[" + i + "].";
      if (!ids.add(tier.getId())) {
        findings.broken(
            at + "id", expected(tier.getId(), "an id that no other tier of the season has"));
      }
      if (tier.getExperience() <= before && !findings.isFaulty(at + "experience")) {
        findings.broken(
            at + "experience",
            expected(
                "%,d".formatted(tier.getExperience()),
                "more than the tier before, %,d".formatted(before)));
      }
      before = Math.max(before, tier.getExperience());
      if (tier.getPaidRewardsCount() > 0 && season.getPaidPrivilegeId().isEmpty()) {
        findings.broken(
            at + "paid_rewards",
            expected("given", "nothing, or paid_privilege_id: what opens the paid track"));
      }
    }
  }

  private static void checkPaidTrack(Season season, String path, Names names, Findings findings) {
    String privilege = season.getPaidPrivilegeId();
    if (privilege.isEmpty()) {
      return;
    }
    names.require(RewardKinds.PRIVILEGE, privilege, path + "paid_privilege_id");
    if (season.getTiersList().stream().allMatch(tier -> tier.getPaidRewardsCount() == 0)) {
      findings.broken(
          path + "paid_privilege_id",
          expected(privilege, "paid_rewards of at least one tier, or nothing"));
    }
  }

  private static String path(int index) {
    return "seasons[" + index + "]";
  }
}
