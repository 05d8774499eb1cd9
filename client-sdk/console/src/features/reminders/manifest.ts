import type { Manifest } from "../../core/feature.js";

const title = { zh: "召回提醒", en: "Reminders" };

export default {
  area: "audience",
  order: 20,
  pages: [{ route: "reminders", title }],
  routes: [
    { path: "reminders", name: "reminders", meta: { title }, component: () => import("./RemindersView.vue") },
  ],
  enabled: (program) => (program.reminders?.rules.length ?? 0) > 0,
} satisfies Manifest;
