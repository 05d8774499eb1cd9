package io.flywheel.leaderboard;

import io.flywheel.engine.PackedSlice;
import jakarta.inject.Inject;

/** For which teams viewers play. Thread-safe. */
final class TeamSlice extends PackedSlice<TeamMembership> {
  @Inject
  TeamSlice() {
    super(
        "SELECT viewer_id, state FROM board_team WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO board_team (merchant_id, viewer_id, state) VALUES",
        TeamMembership.getDefaultInstance());
  }
}
