import type { Manifest } from "../../core/feature.js";

const title = { zh: "排行榜", en: "Leaderboards" };

export default {
  area: "engage",
  order: 20,
  pages: [{ route: "leaderboards", title }],
  routes: [
    {
      path: "leaderboards",
      name: "leaderboards",
      meta: { title },
      component: () => import("./LeaderboardsView.vue"),
    },
  ],
  enabled: (program) => program.leaderboards.length > 0,
} satisfies Manifest;
