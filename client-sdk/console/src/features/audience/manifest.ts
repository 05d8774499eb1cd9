import type { Manifest } from "../../core/feature.js";

const title = { zh: "人群", en: "Segments" };

export default {
  area: "audience",
  order: 5,
  pages: [{ route: "audience", title }],
  routes: [
    { path: "audience", name: "audience", meta: { title }, component: () => import("./AudienceView.vue") },
  ],
} satisfies Manifest;
