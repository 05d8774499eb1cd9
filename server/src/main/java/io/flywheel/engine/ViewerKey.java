package io.flywheel.engine;

import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.errors.ServiceException;

/**
 * Whose action something is: a viewer of a merchant or, under a reserved id that no viewer can
 * have, one of its rooms or the merchant itself. Whatever it is, it has a row that is locked for
 * its turns, states of its own, and follow-ups.
 *
 * @param merchantId the merchant
 * @param viewerId the merchant's id of the viewer, or a reserved id; at most {@value #MAX_LENGTH}
 *     letters
 */
public record ViewerKey(String merchantId, String viewerId) implements Comparable<ViewerKey> {
  /** How long an id can be: that of a room, whose own id has 64 letters. */
  public static final int MAX_LENGTH = 70;

  /** Comes after all reserved ids, and before all viewers' ids, in the order of letters. */
  public static final String BEFORE_VIEWERS = "\"";

  private static final String MERCHANT = "!merchant";
  private static final String ROOM_PREFIX = "!room:";

  /**
   * The viewer whom a request means, by its field {@code viewer_id}.
   *
   * @throws ServiceException NOT_ALLOWED if a viewer names another one, INVALID_FIELD if anyone
   *     else names nobody
   */
  public static ViewerKey of(Caller caller, String requested) {
    return new ViewerKey(caller.merchantId(), caller.viewerId(requested));
  }

  /**
   * The viewer whom a request means, or the merchant where anyone but a viewer names nobody.
   *
   * @throws ServiceException NOT_ALLOWED if a viewer names another one
   */
  public static ViewerKey ofAnyone(Caller caller, String requested) {
    return requested.isEmpty() && caller.role() != Role.VIEWER
        ? merchant(caller.merchantId())
        : of(caller, requested);
  }

  /**
   * The merchant: whoever applies a program, closes a board or starts a sale. A turn that many
   * viewers' events set off must not be the merchant's, or all of them would wait for its row.
   */
  public static ViewerKey merchant(String merchantId) {
    return new ViewerKey(merchantId, MERCHANT);
  }

  /** A room of a merchant. */
  public static ViewerKey room(String merchantId, String roomId) {
    return new ViewerKey(merchantId, ROOM_PREFIX + roomId);
  }

  /** Whether it is a viewer, rather than a room or the merchant. */
  public boolean isViewer() {
    return !viewerId.startsWith("!");
  }

  /** Whether it is the merchant. */
  public boolean isMerchant() {
    return viewerId.equals(MERCHANT);
  }

  /** Whether it is a room. */
  public boolean isRoom() {
    return viewerId.startsWith(ROOM_PREFIX);
  }

  /** The room's id; fails for others. */
  public String roomId() {
    if (!isRoom()) {
      throw new IllegalStateException(viewerId + " is no room");
    }
    return viewerId.substring(ROOM_PREFIX.length());
  }

  @Override
  public int compareTo(ViewerKey other) {
    int byMerchant = merchantId.compareTo(other.merchantId);
    return byMerchant != 0 ? byMerchant : viewerId.compareTo(other.viewerId);
  }

  /** A well mixed hash, 0 or more, that is the same on every node. Lanes are chosen by it. */
  public int spread() {
    return ((31 * merchantId.hashCode() + viewerId.hashCode()) * 0x9E3779B9) >>> 8;
  }
}
