package io.flywheel.leaderboard;

import com.google.common.collect.ImmutableMap;
import com.google.protobuf.util.Durations;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.Team;
import io.flywheel.v1.TeamRules;
import java.time.Duration;

/**
 * A program's teams. Immutable and thread-safe.
 *
 * @param byId in the program's order
 * @param byRoom the teams' ids by the rooms that play for them; empty: viewers join teams
 * @param changeAfter how long after a change a viewer can't change again
 */
record CompiledTeams(
    ImmutableMap<String, Team> byId, ImmutableMap<String, String> byRoom, Duration changeAfter) {

  /** Those of the rules, defaults filled in. */
  static CompiledTeams of(TeamRules rules) {
    ImmutableMap.Builder<String, Team> byId = ImmutableMap.builder();
    ImmutableMap.Builder<String, String> byRoom = ImmutableMap.builder();
    for (Team team : rules.getTeamsList()) {
      byId.put(team.getId(), team);
      team.getRoomsList().forEach(room -> byRoom.put(room, team.getId()));
    }
    return new CompiledTeams(
        byId.buildKeepingLast(),
        byRoom.buildKeepingLast(),
        Duration.ofMillis(Durations.toMillis(rules.getChangeAfter())));
  }

  /** Those of a program. */
  static CompiledTeams of(CompiledProgram program) {
    return program.get(TeamSection.class);
  }

  /** Whether teams are of rooms, so that nobody joins one. */
  boolean areOfRooms() {
    return !byRoom.isEmpty();
  }

  /**
   * A team that can be joined, or none.
   *
   * @throws ServiceException INVALID_FIELD
   */
  void requireJoinable(String teamId) {
    if (areOfRooms()) {
      throw ServiceException.invalidField(
          "team_id",
          "%s (expected: no call; the teams have rooms, and what happens in a room counts for its team)"
              .formatted(teamId));
    }
    if (!teamId.isEmpty()) {
      require("team_id", teamId);
    }
  }

  /**
   * A team of the program.
   *
   * @param field what names it in the request
   * @throws ServiceException INVALID_FIELD
   */
  void require(String field, String teamId) {
    if (!byId.containsKey(teamId)) {
      String teams =
          byId.isEmpty()
              ? "nothing; the program has no teams"
              : "one of the program's teams: " + String.join(", ", byId.keySet());
      throw ServiceException.invalidField(field, "%s (expected: %s)".formatted(teamId, teams));
    }
  }
}
