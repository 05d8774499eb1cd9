import type { Manifest } from "../../core/feature.js";

const title = { zh: "经营报告", en: "Report" };

export default {
  area: "insight",
  order: 10,
  pages: [{ route: "insight", title }],
  routes: [
    { path: "insight", name: "insight", meta: { title }, component: () => import("./InsightView.vue") },
  ],
} satisfies Manifest;
