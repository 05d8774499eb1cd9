package io.flywheel.referral;

import io.flywheel.engine.OfViewer;
import io.flywheel.engine.ViewerKey;
import java.util.Comparator;

/**
 * Somebody who came by an invite.
 *
 * @param viewer who invited
 * @param level 1, or 2 where somebody whom the viewer had invited has invited
 * @param inviteeId who came
 */
record FriendKey(ViewerKey viewer, int level, String inviteeId)
    implements OfViewer, Comparable<FriendKey> {
  private static final Comparator<FriendKey> ORDER =
      Comparator.comparing(FriendKey::viewer)
          .thenComparingInt(FriendKey::level)
          .thenComparing(FriendKey::inviteeId);

  @Override
  public int compareTo(FriendKey other) {
    return ORDER.compare(this, other);
  }
}
