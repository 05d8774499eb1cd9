package io.flywheel.leaderboard;

import io.flywheel.engine.PackedSlice;
import jakarta.inject.Inject;

/** Whom viewers know, as far as boards of friends need it. Thread-safe. */
final class FriendSlice extends PackedSlice<BoardFriends> {
  @Inject
  FriendSlice() {
    super("board_friend", BoardFriends.getDefaultInstance());
  }
}
