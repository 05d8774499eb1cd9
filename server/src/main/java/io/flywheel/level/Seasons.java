package io.flywheel.level;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.StateView;
import io.flywheel.program.ProgramCalendar;
import io.flywheel.v1.SeasonRewardState;
import io.flywheel.v1.SeasonStanding;
import io.flywheel.v1.SeasonStep;
import io.flywheel.v1.SeasonTier;
import io.flywheel.v1.SeasonTrack;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where viewers are in the seasons. Thread-safe. */
final class Seasons {
  private final SeasonSlice slice;

  @Inject
  Seasons(SeasonSlice slice) {
    this.slice = slice;
  }

  /** The seasons that run, and those that wait to be settled; those that end soonest first. */
  List<SeasonStanding> list(StateView view) {
    CompiledSeasons seasons = CompiledSeasons.of(view);
    ProgramCalendar calendar = view.program().calendar();
    List<SeasonStanding> standings = new ArrayList<>();
    if (seasons.isEmpty()) {
      return standings;
    }
    SeasonState state = view.get(slice);
    for (CompiledSeason.Running running : seasons.at(calendar, view.at())) {
      standing(view, running, recordOf(state, running)).ifPresent(standings::add);
    }
    for (SeasonRecord record : state.getSeasonsList()) {
      CompiledSeason season = seasons.find(record.getSeasonId());
      CompiledSeason.Running running = season == null ? null : season.of(calendar, record);
      boolean isWaiting = running != null && running.endsMillis() <= view.at().toEpochMilli();
      if (running != null && isWaiting) {
        standing(view, running, record).ifPresent(standings::add);
      }
    }
    standings.sort(Comparator.comparing(SeasonStanding::getEndsAt, Timestamps.comparator()));
    return standings;
  }

  private static SeasonRecord recordOf(SeasonState state, CompiledSeason.Running running) {
    return state.getSeasonsList().stream()
        .filter(record ->
            record.getSeasonId().equals(running.id())
                && record.getPeriod().equals(running.period()))
        .findFirst()
        .orElse(SeasonRecord.getDefaultInstance());
  }

  /** Empty: it was settled. */
  private static Optional<SeasonStanding> standing(
      StateView view, CompiledSeason.Running running, SeasonRecord record) {
    if (record.getSettled()) {
      return Optional.empty();
    }
    boolean open =
        SeasonRules.isOpen(record)
            || (running.hasPaidTrack()
                && view.at().toEpochMilli() < running.endsMillis()
                && SeasonReactor.holds(view, running.season().getPaidPrivilegeId()));
    Map<String, SeasonTierRecord> reached = new HashMap<>();
    record.getTiersList().forEach(tier -> reached.put(tier.getTierId(), tier));
    SeasonStanding.Builder standing =
        SeasonStanding.newBuilder()
            .setSeasonId(running.id())
            .setPeriod(running.period())
            .setTitle(running.season().getTitle())
            .setStartsAt(Timestamps.fromMillis(running.startsMillis()))
            .setEndsAt(Timestamps.fromMillis(running.endsMillis()))
            .setSettlesAt(Timestamps.fromMillis(running.settlesMillis()))
            .setExperience(record.getExperience())
            .setNumber(SeasonRules.number(record))
            .setPaidPrivilegeId(running.season().getPaidPrivilegeId())
            .setPaidOpen(open);
    for (int i = 0; i < running.season().getTiersCount(); i++) {
      SeasonTier tier = running.season().getTiers(i);
      standing.addTiers(step(i + 1, tier, reached.get(tier.getId()), open));
    }
    return Optional.of(standing.build());
  }

  private static SeasonStep step(
      int number, SeasonTier tier, @Nullable SeasonTierRecord reached, boolean open) {
    SeasonStep.Builder step =
        SeasonStep.newBuilder()
            .setTierId(tier.getId())
            .setNumber(number)
            .setExperience(tier.getExperience())
            .addAllRewards(tier.getRewardsList())
            .addAllPaidRewards(tier.getPaidRewardsList());
    if (reached != null) {
      if (!reached.getLost()) {
        step.setReachedAt(Timestamps.fromMillis(reached.getAtMillis()));
      }
      if (!reached.getGiven()) {
        step.clearRewards().addAllRewards(reached.getOwedList());
      }
      if (!reached.getPaidGiven()) {
        step.clearPaidRewards().addAllPaidRewards(reached.getPaidOwedList());
      }
    }
    return step.setState(
            state(
                step.getRewardsCount() > 0,
                reached != null && reached.getGiven(),
                reached != null
                    && SeasonRules.isClaimable(reached, SeasonTrack.SEASON_TRACK_FREE, open)))
        .setPaidState(
            state(
                step.getPaidRewardsCount() > 0,
                reached != null && reached.getPaidGiven(),
                reached != null
                    && SeasonRules.isClaimable(reached, SeasonTrack.SEASON_TRACK_PAID, open)))
        .build();
  }

  private static SeasonRewardState state(boolean any, boolean given, boolean claimable) {
    if (given) {
      return SeasonRewardState.SEASON_REWARD_STATE_GIVEN;
    }
    if (!any) {
      return SeasonRewardState.SEASON_REWARD_STATE_UNSPECIFIED;
    }
    return claimable
        ? SeasonRewardState.SEASON_REWARD_STATE_CLAIMABLE
        : SeasonRewardState.SEASON_REWARD_STATE_LOCKED;
  }
}
