import type { Manifest } from "../../core/feature.js";

const title = { zh: "经营报告", en: "Report" };
const visits = { zh: "到访明细", en: "Visits" };
const weekly = { zh: "周报", en: "Weekly report" };

export default {
  area: "insight",
  order: 10,
  withoutPeople: true,
  pages: [
    { route: "insight", title },
    { route: "weekly", title: weekly },
  ],
  routes: [
    { path: "insight", name: "insight", meta: { title }, component: () => import("./InsightView.vue") },
    { path: "weekly", name: "weekly", meta: { title: weekly }, component: () => import("./WeeklyView.vue") },
    { path: "visits", name: "visits", meta: { title: visits }, component: () => import("./VisitsView.vue") },
  ],
} satisfies Manifest;
