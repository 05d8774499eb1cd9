package io.flywheel.leaderboard;

import java.util.ArrayList;
import java.util.List;

/** The teams of a viewer over time. Pure functions. */
final class Memberships {
  /** So many changes of a viewer are known, the latest: events come at most seven days late. */
  static final int MAX_JOINS = 16;

  private Memberships() {}

  /** The team in which a viewer is now; empty: none. */
  static String now(TeamMembership membership) {
    return latest(membership).getTeamId();
  }

  /** The viewer's latest change; the default: none. */
  static TeamJoin latest(TeamMembership membership) {
    int count = membership.getJoinsCount();
    return count == 0 ? TeamJoin.getDefaultInstance() : membership.getJoins(count - 1);
  }

  /** The team in which a viewer was at a time; empty: none. */
  static String at(TeamMembership membership, long millis) {
    for (int i = membership.getJoinsCount() - 1; i >= 0; i--) {
      if (membership.getJoins(i).getSinceMs() <= millis) {
        return membership.getJoins(i).getTeamId();
      }
    }
    return "";
  }

  /** With a change from a time on, which is no earlier than those before. */
  static TeamMembership changed(TeamMembership membership, String teamId, long millis) {
    List<TeamJoin> joins = new ArrayList<>(membership.getJoinsList());
    joins.add(
        TeamJoin.newBuilder()
            .setTeamId(teamId)
            .setSinceMs(Math.max(millis, latest(membership).getSinceMs()))
            .build());
    int first = Math.max(0, joins.size() - MAX_JOINS);
    return TeamMembership.newBuilder().addAllJoins(joins.subList(first, joins.size())).build();
  }
}
