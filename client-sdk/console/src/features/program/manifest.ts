import type { Manifest } from "../../core/feature.js";

const program = { zh: "激励方案", en: "Program" };
const templates = { zh: "模板", en: "Templates" };

export default {
  area: "engage",
  order: 10,
  pages: [
    { route: "program", title: program },
    { route: "templates", title: templates },
  ],
  routes: [
    {
      path: "program",
      component: () => import("./ProgramView.vue"),
      beforeEnter: () => import("../../program/parts.js").then(({ loadParts }) => loadParts()),
      children: [
        { path: "", name: "program", meta: { title: program }, component: () => import("./EditorView.vue") },
        {
          path: "templates",
          name: "templates",
          meta: { title: templates },
          component: () => import("./TemplatesView.vue"),
        },
      ],
    },
  ],
} satisfies Manifest;
