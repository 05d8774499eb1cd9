package io.flywheel.coupon;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.Coupon;
import io.flywheel.v1.CouponState;
import io.flywheel.v1.ErrorReason;

/**
 * How coupons pass from one state to the next, by what is kept of them and the time. Times hold to
 * the millisecond, whether or not anything has been written since. Pure functions; not to be
 * instantiated.
 */
final class CouponUse {
  private CouponUse() {}

  /** A coupon as it is at a time: a reservation may have lapsed, and the coupon have ended. */
  static Coupon at(Coupon kept, long millis) {
    Coupon coupon = kept;
    if (coupon.getState() == CouponState.COUPON_STATE_RESERVED
        && millis >= Timestamps.toMillis(coupon.getReservedUntil())) {
      coupon = free(coupon, coupon.getReservedUntil());
    }
    if (coupon.getState() == CouponState.COUPON_STATE_AVAILABLE
        && coupon.hasExpiresAt()
        && millis >= Timestamps.toMillis(coupon.getExpiresAt())) {
      coupon =
          coupon.toBuilder()
              .setState(CouponState.COUPON_STATE_EXPIRED)
              .setMovedAt(coupon.getExpiresAt())
              .build();
    }
    return coupon;
  }

  /** Sets a coupon aside for an order. */
  static Coupon reserve(Coupon kept, String orderId, long holdMillis, long millis) {
    Coupon coupon = at(kept, millis);
    requireFor(coupon, orderId);
    return moved(coupon, CouponState.COUPON_STATE_RESERVED, millis).toBuilder()
        .setOrderId(orderId)
        .setReservedUntil(Timestamps.fromMillis(millis + holdMillis))
        .build();
  }

  /** Uses a coupon for an order. */
  static Coupon commit(Coupon kept, String orderId, long millis) {
    Coupon coupon = at(kept, millis);
    requireFor(coupon, orderId);
    return moved(coupon, CouponState.COUPON_STATE_USED, millis).toBuilder()
        .setOrderId(orderId)
        .clearReservedUntil()
        .build();
  }

  /** Gives back a coupon that is reserved or was used for an order. */
  static Coupon release(Coupon kept, String orderId, long millis) {
    Coupon coupon = at(kept, millis);
    boolean isForOrder =
        (coupon.getState() == CouponState.COUPON_STATE_RESERVED
                || coupon.getState() == CouponState.COUPON_STATE_USED)
            && coupon.getOrderId().equals(orderId);
    if (!isForOrder) {
      throw notUsable(coupon, "one that is reserved or was used for this order");
    }
    return at(free(coupon, Timestamps.fromMillis(millis)), millis);
  }

  /** Whether a coupon can be taken back: what was used stays used. */
  static boolean isRevocable(Coupon kept) {
    return kept.getState() == CouponState.COUPON_STATE_AVAILABLE
        || kept.getState() == CouponState.COUPON_STATE_RESERVED;
  }

  static Coupon revoke(Coupon kept, long millis) {
    return moved(kept, CouponState.COUPON_STATE_REVOKED, millis).toBuilder()
        .clearOrderId()
        .clearReservedUntil()
        .build();
  }

  static ServiceException notUsable(Coupon coupon, String expected) {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_COUPON_NOT_USABLE,
        "number: %d %s (expected: %s)".formatted(coupon.getNumber(), words(coupon), expected));
  }

  private static void requireFor(Coupon coupon, String orderId) {
    boolean isFree =
        coupon.getState() == CouponState.COUPON_STATE_AVAILABLE
            || (coupon.getState() == CouponState.COUPON_STATE_RESERVED
                && coupon.getOrderId().equals(orderId));
    if (!isFree) {
      throw notUsable(coupon, "a coupon that can be used for this order");
    }
  }

  private static Coupon free(Coupon coupon, Timestamp when) {
    return coupon.toBuilder()
        .setState(CouponState.COUPON_STATE_AVAILABLE)
        .setMovedAt(when)
        .clearOrderId()
        .clearReservedUntil()
        .build();
  }

  private static Coupon moved(Coupon coupon, CouponState to, long millis) {
    return coupon.toBuilder().setState(to).setMovedAt(Timestamps.fromMillis(millis)).build();
  }

  private static String words(Coupon coupon) {
    return switch (coupon.getState()) {
      case COUPON_STATE_RESERVED ->
          "is reserved for another order until " + Timestamps.toString(coupon.getReservedUntil());
      case COUPON_STATE_USED -> "was used";
      case COUPON_STATE_EXPIRED -> "ended at " + Timestamps.toString(coupon.getExpiresAt());
      case COUPON_STATE_REVOKED -> "was taken back";
      default -> "is neither reserved nor used";
    };
  }
}
