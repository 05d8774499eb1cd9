import { CouponState, type Coupon } from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { millisOf } from "../../core/time.js";

/** What has happened to the viewer's coupons since they were listed. */
export interface Coupons {
  /** The states that were told of, by the coupons' numbers. */
  readonly moved: Readonly<Record<string, CouponState>>;
  /** How many were given since; the list is read again for each. */
  readonly given: number;
}

export const coupons: Slice<Coupons> = {
  id: "coupons",
  initial: { moved: {}, given: 0 },
  reduce(state, { what }) {
    if (what.case === "couponMoved") {
      const { number, state: to } = what.value;
      return { ...state, moved: { ...state.moved, [String(number)]: to } };
    }
    return what.case === "grantIssued" && what.value.grant?.reward?.kind.case === "coupon"
      ? { ...state, given: state.given + 1 }
      : state;
  },
};

/** How near its end a coupon is told to be. */
const SOON_MILLIS = 7 * 24 * 3_600_000;

export type Standing = "usable" | "soon" | "reserved" | "used" | "expired" | "revoked";

/** How a coupon is at a time: what was told of it since counts, and its end comes without a word. */
export function standingOf(coupon: Coupon, { moved }: Coupons, nowMillis: number): Standing {
  const ends = coupon.expiresAt ? millisOf(coupon.expiresAt) : Infinity;
  switch (moved[String(coupon.number)] ?? coupon.state) {
    case CouponState.RESERVED:
      return "reserved";
    case CouponState.USED:
      return "used";
    case CouponState.EXPIRED:
      return "expired";
    case CouponState.REVOKED:
      return "revoked";
    default:
      if (ends <= nowMillis) return "expired";
      return ends - nowMillis <= SOON_MILLIS ? "soon" : "usable";
  }
}
