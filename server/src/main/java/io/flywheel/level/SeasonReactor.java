package io.flywheel.level;

import com.google.inject.Inject;
import io.flywheel.engine.Prefetch;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ClaimSeasonRewardsResponse;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Grant;
import io.flywheel.v1.GrantIssued;
import io.flywheel.v1.GrantRevoked;
import io.flywheel.v1.Payout;
import io.flywheel.v1.SeasonTrack;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules of seasons. Experience counts in the season at its time; what is taken back lowers the
 * season in which it was given. A viewer's season ends by the viewer's own timer. Thread-safe.
 */
final class SeasonReactor implements Reactor {
  private static final Set<String> PRIVILEGES = Set.of("privileges");

  private final SeasonSlice slice;

  /**
   * A viewer claims rewards.
   *
   * @param period empty: of the season that runs
   * @param tierId empty: of all tiers
   * @param track unspecified: of both
   */
  record Claim(String seasonId, String period, String tierId, SeasonTrack track) {
    boolean asks(SeasonTierRecordOrBuilder tier, SeasonTrack of) {
      return (tierId.isEmpty() || tier.getTierId().equals(tierId))
          && (track == SeasonTrack.SEASON_TRACK_UNSPECIFIED || track == of);
    }
  }

  @Inject
  SeasonReactor(SeasonSlice slice) {
    this.slice = slice;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(Claim.class, this::claim);
    reactions.on(SettleSeason.class, this::settle);
    reactions.onFact(
        GrantIssued.class,
        (turn, issued) -> {
          if (!CompiledSeasons.of(turn).isEmpty()) {
            issued(turn, issued.getGrant());
          }
        });
    reactions.onFact(
        GrantRevoked.class,
        (turn, revoked) -> {
          if (!CompiledSeasons.of(turn).isEmpty()) {
            revoked(turn, revoked);
          }
        });
  }

  @Override
  public void prefetch(Prefetch wanted) {
    if (wanted.program() != null
        && !wanted.program().get(SeasonSection.class).isEmpty()
        && wanted.isUsual(slice)) {
      wanted.get(slice);
    }
  }

  /** Whether the viewer holds what opens the paid track. */
  static boolean holds(StateView view, String privilegeId) {
    return view.profileNow(PRIVILEGES).getPrivilegesList().contains(privilegeId);
  }

  private void issued(Turn turn, Grant grant) {
    List<CompiledSeason.Running> running =
        CompiledSeasons.of(turn).at(turn.program().calendar(), turn.at());
    if (grant.getReward().hasExperience()) {
      count(turn, running, grant);
    } else if (grant.getReward().hasPrivilege()) {
      open(turn, running, grant);
    }
  }

  private void count(Turn turn, List<CompiledSeason.Running> running, Grant grant) {
    SeasonBook book = new SeasonBook(turn, slice);
    List<String> counted = new ArrayList<>();
    for (CompiledSeason.Running season : running) {
      SeasonRecord.Builder record = book.open(season);
      if (record != null) {
        counted.add(SeasonBook.keyOf(season));
        SeasonRules.add(
            record,
            season.season(),
            grant.getReward().getExperience().getAmount(),
            turn.at().toEpochMilli(),
            grant.getCause().getOrderId());
        openForHolder(turn, book, season, record);
        giveAtOnce(book, season, record);
      }
    }
    book.count(grant.getGrantNumber(), counted);
    book.save();
  }

  private void open(Turn turn, List<CompiledSeason.Running> running, Grant grant) {
    String privilege = grant.getReward().getPrivilege().getPrivilegeId();
    List<CompiledSeason.Running> opened =
        running.stream()
            .filter(season -> season.season().getPaidPrivilegeId().equals(privilege))
            .toList();
    if (opened.isEmpty()) {
      return;
    }
    SeasonBook book = new SeasonBook(turn, slice);
    for (CompiledSeason.Running season : opened) {
      SeasonRecord.Builder record = book.open(season);
      if (record != null) {
        record
            .setHeld(false)
            .addOpeners(
                TrackOpener.newBuilder()
                    .setGrantNumber(grant.getGrantNumber())
                    .setOrderId(grant.getCause().getOrderId()));
        giveAtOnce(book, season, record);
      }
    }
    book.save();
  }

  /**
   * What is held from before opens the track too; but not what is bought after the season's end,
   * nor, for what is told late, what was taken back meanwhile.
   */
  private static void openForHolder(
      Turn turn, SeasonBook book, CompiledSeason.Running season, SeasonRecord.Builder record) {
    if (season.hasPaidTrack()
        && !SeasonRules.isOpen(record)
        && turn.now().toEpochMilli() < season.endsMillis()
        && turn.at().toEpochMilli() > book.takenBackMillis(season.season().getPaidPrivilegeId())
        && holds(turn, season.season().getPaidPrivilegeId())) {
      record.setHeld(true);
    }
  }

  private static void giveAtOnce(
      SeasonBook book, CompiledSeason.Running season, SeasonRecord.Builder record) {
    if (season.season().getPayout() == Payout.PAYOUT_AT_ONCE) {
      book.give(record, (tier, track) -> true);
    }
  }

  private void revoked(Turn turn, GrantRevoked revoked) {
    if (revoked.getPart().hasExperience()) {
      SeasonBook book = new SeasonBook(turn, slice);
      for (SeasonRecord.Builder record : book.countedIn(revoked.getGrantNumber())) {
        SeasonRules.takeBack(
            record,
            CompiledSeasons.of(turn).find(record.getSeasonId()),
            revoked.getPart().getExperience().getAmount());
      }
      book.save();
    } else if (revoked.getPart().hasPrivilege()) {
      close(turn, revoked);
    }
  }

  /** The track closes unless something else holds it open. */
  private void close(Turn turn, GrantRevoked revoked) {
    String privilege = revoked.getPart().getPrivilege().getPrivilegeId();
    SeasonBook book = new SeasonBook(turn, slice);
    for (CompiledSeason season : CompiledSeasons.of(turn).all()) {
      if (!season.season().getPaidPrivilegeId().equals(privilege)) {
        continue;
      }
      book.noteTakenBack(privilege, turn.at().toEpochMilli());
      for (SeasonRecord.Builder each : book.all()) {
        SeasonRecord.Builder record =
            each.getSeasonId().equals(season.season().getId())
                ? book.find(each.getSeasonId(), each.getPeriod())
                : null;
        if (record != null && SeasonRules.isOpen(record)) {
          close(record, revoked.getGrantNumber(), holds(turn, privilege));
        }
      }
    }
    book.save();
  }

  private static void close(SeasonRecord.Builder record, long grantNumber, boolean isHeld) {
    List<TrackOpener> others =
        record.getOpenersList().stream()
            .filter(opener -> opener.getGrantNumber() != grantNumber)
            .toList();
    record.clearOpeners().addAllOpeners(others).setHeld(others.isEmpty() && isHeld);
  }

  private void claim(Turn turn, Claim claim) {
    SeasonBook book = new SeasonBook(turn, slice);
    CompiledSeason season = CompiledSeasons.of(turn).find(claim.seasonId());
    CompiledSeason.Running running =
        season == null ? null : season.at(turn.program().calendar(), turn.at());
    SeasonRecord.Builder record = recordOf(book, claim, running);
    if (record == null) {
      throw ServiceException.of(
          running == null
              ? ErrorReason.ERROR_REASON_SEASON_NOT_FOUND
              : ErrorReason.ERROR_REASON_TIER_NOT_REACHED,
          running == null
              ? "season_id: " + claim.seasonId() + " (expected: a season that runs)"
              : "the viewer has come to no tier of season " + claim.seasonId());
    }
    if (running != null && running.period().equals(record.getPeriod())) {
      openForHolder(turn, book, running, record);
    }
    if (!book.give(record, claim::asks)) {
      throw nothingOf(claim, record);
    }
    book.save();
    turn.respond(() -> ClaimSeasonRewardsResponse.newBuilder().addAllFacts(turn.facts()).build());
  }

  private static SeasonRecord.@Nullable Builder recordOf(
      SeasonBook book, Claim claim, CompiledSeason.@Nullable Running running) {
    if (!claim.period().isEmpty()) {
      return book.find(claim.seasonId(), claim.period());
    }
    if (running != null) {
      return book.find(claim.seasonId(), running.period());
    }
    SeasonRecord.Builder latest = null;
    for (SeasonRecord.Builder record : book.all()) {
      SeasonRecord.Builder known =
          record.getSeasonId().equals(claim.seasonId())
              ? book.find(record.getSeasonId(), record.getPeriod())
              : null;
      latest = known == null ? latest : known;
    }
    return latest;
  }

  private static ServiceException nothingOf(Claim claim, SeasonRecord.Builder record) {
    boolean isReached = false;
    boolean isLocked = false;
    for (SeasonTierRecord.Builder tier : record.getTiersBuilderList()) {
      boolean meant = claim.tierId().isEmpty() || tier.getTierId().equals(claim.tierId());
      isReached |= meant && !tier.getLost();
      isLocked |=
          claim.asks(tier, SeasonTrack.SEASON_TRACK_PAID)
              && SeasonRules.isClaimable(tier, SeasonTrack.SEASON_TRACK_PAID, true);
    }
    if (!isReached) {
      return ServiceException.of(
          ErrorReason.ERROR_REASON_TIER_NOT_REACHED,
          "%s of season %s is not reached"
              .formatted(
                  claim.tierId().isEmpty() ? "any tier" : "tier " + claim.tierId(),
                  claim.seasonId()));
    }
    return isLocked
        ? ServiceException.of(
            ErrorReason.ERROR_REASON_TRACK_LOCKED,
            "the paid track of season " + claim.seasonId() + " is not open to the viewer")
        : ServiceException.of(
            ErrorReason.ERROR_REASON_ALREADY_CLAIMED,
            "what waited to be claimed of season " + claim.seasonId() + " was given before");
  }

  private void settle(Turn turn, SettleSeason due) {
    SeasonBook book = new SeasonBook(turn, slice);
    SeasonRecord.Builder record = book.find(due.getSeasonId(), due.getPeriod());
    if (record == null) {
      return;
    }
    CompiledSeason season = CompiledSeasons.of(turn).find(due.getSeasonId());
    CompiledSeason.Running running =
        season == null ? null : season.of(turn.program().calendar(), record);
    if (running != null && running.settlesMillis() > turn.at().toEpochMilli()) {
      book.settleAt(record, running.settlesMillis()); // its end was put off
    } else {
      book.give(record, (tier, track) -> true);
      SeasonBook.settle(record);
    }
    book.save();
  }
}
