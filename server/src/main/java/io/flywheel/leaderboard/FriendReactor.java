package io.flywheel.leaderboard;

import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.v1.InviteAccepted;
import io.flywheel.v1.InviteeEntered;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;

/**
 * Who invited whom are friends: each is on the other's board of friends. Nothing of it is kept
 * where nobody invites. Thread-safe.
 */
final class FriendReactor implements Reactor {
  /** So many friends of a viewer are known, the latest. */
  static final int MAX_FRIENDS = 200;

  private final FriendSlice slice;

  @Inject
  FriendReactor(FriendSlice slice) {
    this.slice = slice;
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(InviteAccepted.class, (turn, accepted) -> add(turn, accepted.getInviterId()));
    reactions.onFact(InviteeEntered.class, (turn, entered) -> add(turn, entered.getInviteeId()));
  }

  private void add(Turn turn, String friendId) {
    BoardFriends known = turn.get(slice);
    if (known.getViewerIdsList().contains(friendId)) {
      return;
    }
    List<String> friends = new ArrayList<>(known.getViewerIdsList());
    friends.add(friendId);
    int first = Math.max(0, friends.size() - MAX_FRIENDS);
    turn.set(
        slice,
        BoardFriends.newBuilder().addAllViewerIds(friends.subList(first, friends.size())).build());
  }
}
