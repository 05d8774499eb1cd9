import type { Manifest } from "../../core/feature.js";

const title = { zh: "徽章", en: "Badges" };

export default {
  area: "engage",
  order: 25,
  pages: [{ route: "badges", title }],
  routes: [{ path: "badges", name: "badges", meta: { title }, component: () => import("./BadgesView.vue") }],
  enabled: (program) => program.badges.length > 0,
} satisfies Manifest;
