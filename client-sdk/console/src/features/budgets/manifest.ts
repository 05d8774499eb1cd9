import type { Manifest } from "../../core/feature.js";

const title = { zh: "预算", en: "Budgets" };

export default {
  area: "govern",
  order: 20,
  pages: [{ route: "budgets", title }],
  routes: [
    { path: "budgets", name: "budgets", meta: { title }, component: () => import("./BudgetsView.vue") },
  ],
  enabled: (program) => program.budgets.length > 0,
} satisfies Manifest;
