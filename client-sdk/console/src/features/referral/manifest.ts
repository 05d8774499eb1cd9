import type { Manifest } from "../../core/feature.js";

const figures = { zh: "邀请裂变", en: "Referral" };
const reviews = { zh: "邀请核实", en: "Referral reviews" };

export default {
  area: "engage",
  order: 60,
  pages: [
    { route: "referral", title: figures },
    { route: "referral-reviews", title: reviews },
  ],
  routes: [
    {
      path: "referral",
      name: "referral",
      meta: { title: figures },
      component: () => import("./ReferralView.vue"),
    },
    {
      path: "referral/reviews",
      name: "referral-reviews",
      meta: { title: reviews },
      component: () => import("./ReviewsView.vue"),
    },
  ],
  enabled: (program) => (program.referral?.campaigns.length ?? 0) > 0,
} satisfies Manifest;
