package io.flywheel.leaderboard;

import com.google.common.collect.ImmutableList;
import io.flywheel.counting.Occurrence;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.BoardCause;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.JoinTeamResponse;
import io.flywheel.v1.Reward;
import io.flywheel.v1.TeamJoined;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The rules of teams. A team has no score of its own that its members would have to lock: it is the
 * sum of what they have scored for it, and each of them keeps that with the own scores.
 * Thread-safe.
 */
final class TeamReactor implements Reactor {
  private static final Comparator<Standing> BEST_FIRST =
      Comparator.comparingLong((Standing standing) -> standing.total.score())
          .reversed()
          .thenComparingLong(standing -> standing.total.reachedMillis())
          .thenComparing(Standing::teamId);

  /**
   * A viewer joins a team.
   *
   * @param teamId empty: the viewer leaves the own one
   */
  record JoinTeam(String teamId) {}

  private record Standing(String teamId, TeamTotal total) {}

  private final TeamSlice memberships;
  private final TeamTotalsSlice totals;
  private final TeamMembersSlice members;
  private final PeriodSlice periods;

  @Inject
  TeamReactor(
      TeamSlice memberships,
      TeamTotalsSlice totals,
      TeamMembersSlice members,
      PeriodSlice periods) {
    this.memberships = memberships;
    this.totals = totals;
    this.members = members;
    this.periods = periods;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.on(JoinTeam.class, this::join);
    reactions.on(PayTeam.class, this::payMembers);
  }

  private void join(Turn turn, JoinTeam wish) {
    CompiledTeams teams = CompiledTeams.of(turn.program());
    teams.requireJoinable(wish.teamId());
    TeamMembership membership = turn.get(memberships);
    String former = Memberships.now(membership);
    if (!former.equals(wish.teamId())) {
      requireLongEnough(turn, teams, membership);
      turn.set(
          memberships, Memberships.changed(membership, wish.teamId(), turn.at().toEpochMilli()));
      turn.emit(TeamJoined.newBuilder().setTeamId(wish.teamId()).setFormerTeamId(former).build());
    }
    turn.respond(() -> JoinTeamResponse.newBuilder().addAllFacts(turn.facts()).build());
  }

  /** Whoever's team is gone may join another one at once. */
  private static void requireLongEnough(Turn turn, CompiledTeams teams, TeamMembership membership) {
    TeamJoin latest = Memberships.latest(membership);
    Instant possible = Instant.ofEpochMilli(latest.getSinceMs()).plus(teams.changeAfter());
    boolean isGone = !latest.getTeamId().isEmpty() && !teams.byId().containsKey(latest.getTeamId());
    if (membership.getJoinsCount() > 0 && !isGone && turn.at().isBefore(possible)) {
      throw ServiceException.until(
          ErrorReason.ERROR_REASON_TEAM_CHANGE_TOO_SOON,
          "the latest change was at %s (expected: another one from %s on)"
              .formatted(Instant.ofEpochMilli(latest.getSinceMs()), possible),
          possible);
    }
  }

  /** The team for which something counts that the turn's viewer did; empty: for none. */
  String teamOf(Turn turn, Occurrence occurrence) {
    CompiledTeams teams = CompiledTeams.of(turn.program());
    if (teams.areOfRooms()) {
      return teams.byRoom().getOrDefault(occurrence.roomId(), "");
    }
    String joined = Memberships.at(turn.get(memberships), occurrence.at().toEpochMilli());
    return teams.byId().containsKey(joined) ? joined : "";
  }

  /** Notes a team's first score in a period, so that the period is known to have scores of it. */
  void open(Turn turn, BoardKey team, Period period) {
    if (turn.peek(periods, team).state() == Period.State.UNKNOWN
        && turn.get(periods, team).state() == Period.State.UNKNOWN) {
      turn.set(periods, team, period);
    }
  }

  /**
   * How the teams of a board stand at a period's end: those that had been there when it began, and
   * those that came since.
   *
   * @param whole the board as a whole
   */
  StandingsSlice.Standings settle(Turn turn, BoardKey whole, List<String> teamIds) {
    Set<String> all = new LinkedHashSet<>(teamIds);
    all.addAll(CompiledTeams.of(turn.program()).byId().keySet());
    List<Standing> standings = new ArrayList<>();
    for (String teamId : all) {
      BoardKey team = whole.part(teamId);
      TeamTotal total = turn.peek(totals, team);
      if (total.members() > 0) {
        standings.add(new Standing(teamId, total));
      }
      if (turn.peek(periods, team).state() == Period.State.OPEN) {
        turn.set(periods, team, turn.get(periods, team).settled());
      }
    }
    return new StandingsSlice.Standings(
        standings.size(),
        standings.stream()
            .sorted(BEST_FIRST)
            .map(Standing::teamId)
            .collect(ImmutableList.toImmutableList()));
  }

  /** Leaves to be done that the members of a team are given what it has won. */
  void pay(Turn turn, BoardCause cause, List<Reward> rewards, long leastContribution) {
    payMembers(
        turn,
        PayTeam.newBuilder()
            .setCause(cause)
            .addAllRewards(rewards)
            .setLeastContribution(leastContribution)
            .build());
  }

  private void payMembers(Turn turn, PayTeam due) {
    BoardCause cause = due.getCause();
    BoardKey team =
        new BoardKey(
            turn.viewer().merchantId(), cause.getBoardId(), cause.getRoomId(), cause.getPeriod());
    ImmutableList<String> next =
        turn.peek(
            members,
            new TeamMembersSlice.From(team, due.getLeastContribution(), due.getAfterViewerId()));
    for (String viewerId : next) {
      turn.followUpNow(
          new ViewerKey(team.merchantId(), viewerId),
          AwardPrize.newBuilder().setCause(cause).addAllRewards(due.getRewardsList()).build());
    }
    if (next.size() >= TeamMembersSlice.MEMBERS_AT_ONCE) {
      turn.followUpNow(turn.viewer(), due.toBuilder().setAfterViewerId(next.getLast()).build());
    }
  }
}
