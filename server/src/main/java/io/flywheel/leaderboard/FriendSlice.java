package io.flywheel.leaderboard;

import io.flywheel.engine.PackedSlice;
import jakarta.inject.Inject;

/** Whom viewers know, as far as boards of friends need it. Thread-safe. */
final class FriendSlice extends PackedSlice<BoardFriends> {
  @Inject
  FriendSlice() {
    super(
        "SELECT viewer_id, state FROM board_friend WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO board_friend (merchant_id, viewer_id, state) VALUES",
        BoardFriends.getDefaultInstance());
  }
}
