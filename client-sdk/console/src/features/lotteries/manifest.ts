import type { Manifest } from "../../core/feature.js";

const title = { zh: "抽奖", en: "Lotteries" };

export default {
  area: "engage",
  order: 30,
  pages: [{ route: "lotteries", title }],
  routes: [
    { path: "lotteries", name: "lotteries", meta: { title }, component: () => import("./LotteriesView.vue") },
  ],
  enabled: (program) => program.lotteries.length > 0,
} satisfies Manifest;
