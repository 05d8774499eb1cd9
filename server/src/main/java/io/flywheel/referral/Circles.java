package io.flywheel.referral;

import com.google.inject.Inject;
import io.flywheel.engine.Turn;

/**
 * Rules out circles of invites. Whoever never shared has invited nobody, so that no circle can
 * close there, and nothing is looked at. For anyone else, the rows of the inviter, of the inviter's
 * inviter and so on are locked up to the first who was invited by nobody: a bond that would close a
 * circle at the same time has to change one of these rows, and waits. Thread-safe.
 */
final class Circles {
  /** A chain that is longer is taken for a circle. */
  static final int MAX_CHAIN = 64;

  private final BondSlice bonds;

  @Inject
  Circles(BondSlice bonds) {
    this.bonds = bonds;
  }

  /** Whether the turn's viewer has invited somebody, directly or through others. */
  boolean wouldClose(Turn turn, ReferralState state, String inviterId) {
    if (state.getInvitesCount() == 0) {
      return false;
    }
    String ancestor = inviterId;
    for (int i = 0; i < MAX_CHAIN && !ancestor.isEmpty(); i++) {
      if (ancestor.equals(turn.viewer().viewerId())) {
        return true;
      }
      ancestor = turn.get(bonds, key(turn, ancestor)).getInviterId();
    }
    return !ancestor.isEmpty();
  }

  /** Notes by whom the turn's viewer is invited. */
  void bind(Turn turn, String inviterId) {
    turn.set(
        bonds,
        key(turn, turn.viewer().viewerId()),
        BondRow.newBuilder().setInviterId(inviterId).build());
  }

  private static SharedKey key(Turn turn, String viewerId) {
    return new SharedKey(turn.viewer().merchantId(), viewerId);
  }
}
