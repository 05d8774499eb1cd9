import type { Manifest } from "../../core/feature.js";

const title = { zh: "券码查询", en: "Coupon codes" };

// Whatever the program gives now: what was given before has its code still.
export default {
  area: "audience",
  order: 90,
  pages: [{ route: "coupon-codes", title }],
  routes: [
    { path: "coupons", name: "coupon-codes", meta: { title }, component: () => import("./CodeView.vue") },
  ],
} satisfies Manifest;
