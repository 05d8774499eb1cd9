import type { ViewerPart } from "../../core/feature.js";
import { dateTime } from "../../shell/format.js";
import ViewerCoupons from "./ViewerCoupons.vue";

export default {
  cards: [{ column: "wide", order: 35, component: ViewerCoupons }],
  facts: {
    couponMoved: ({ couponId, number, state, orderId }, say) =>
      say("coupons.fact.couponMoved", {
        coupon: couponId,
        number: String(number),
        state: say(`coupons.state.${state}`),
        order: orderId ? ` · ${orderId}` : "",
      }),
    couponExpiring: ({ couponId, number, expiresAt }, say) =>
      say("coupons.fact.couponExpiring", {
        coupon: couponId,
        number: String(number),
        time: dateTime(expiresAt),
      }),
  },
} satisfies ViewerPart;
