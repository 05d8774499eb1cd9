package io.flywheel.leaderboard;

import static io.flywheel.program.Expectations.expected;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.program.Texts;
import io.flywheel.v1.Program;
import io.flywheel.v1.Team;
import io.flywheel.v1.TeamRules;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;

/** What a program says of teams. Thread-safe. */
final class TeamSection implements ProgramSection<CompiledTeams> {
  private static final Names.Kind TEAM = new Names.Kind("a team");
  private static final Duration CHANGE_AFTER = Durations.fromDays(7);

  @Inject
  TeamSection() {}

  @Override
  public void fill(Program.Builder program) {
    if (program.hasTeams() && !program.getTeams().hasChangeAfter()) {
      program.getTeamsBuilder().setChangeAfter(CHANGE_AFTER);
    }
  }

  @Override
  public void declare(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getTeams().getTeamsCount(); i++) {
      names.declare(TEAM, program.getTeams().getTeams(i).getId(), path(i));
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    TeamRules rules = program.getTeams();
    boolean haveRooms = rules.getTeamsList().stream().anyMatch(team -> team.getRoomsCount() > 0);
    Map<String, String> teamsOfRooms = new HashMap<>();
    for (int i = 0; i < rules.getTeamsCount(); i++) {
      Team team = rules.getTeams(i);
      Texts.check(team.hasTitle(), team.getTitle(), path(i) + ".title", findings);
      if (haveRooms && team.getRoomsCount() == 0) {
        findings.broken(
            path(i) + ".rooms", expected("missing", "a room at least; other teams have rooms"));
      }
      for (int j = 0; j < team.getRoomsCount(); j++) {
        String room = team.getRooms(j);
        if (teamsOfRooms.putIfAbsent(room, team.getId()) != null) {
          findings.broken(
              path(i) + ".rooms[" + j + "]", expected(room, "a room that no team has yet"));
        }
      }
    }
    if (haveRooms && findings.isGiven("teams.change_after")) {
      findings.broken(
          "teams.change_after",
          expected("given", "nothing; the teams have rooms, and nobody joins them"));
    }
  }

  @Override
  public CompiledTeams compile(Program filled) {
    return CompiledTeams.of(filled.getTeams());
  }

  private static String path(int index) {
    return "teams.teams[" + index + "]";
  }
}
