import type { Feature } from "../../core/feature.js";
import CouponList from "./CouponList.vue";
import { coupons } from "./state.js";

const feature: Feature = {
  slice: coupons,
  views: [{ at: "me", order: 9, component: CouponList }],
};

export default feature;
