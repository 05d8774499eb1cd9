package io.flywheel.leaderboard;

import io.flywheel.engine.PackedSlice;
import jakarta.inject.Inject;

/** For which teams viewers play. Thread-safe. */
final class TeamSlice extends PackedSlice<TeamMembership> {
  @Inject
  TeamSlice() {
    super("board_team", TeamMembership.getDefaultInstance());
  }
}
