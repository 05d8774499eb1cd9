import type { Manifest } from "../../core/feature.js";

const title = { zh: "版本", en: "Versions" };

export default {
  area: "govern",
  order: 10,
  pages: [{ route: "versions", title }],
  routes: [
    {
      path: "versions",
      name: "versions",
      meta: { title },
      component: () => import("./VersionsView.vue"),
      beforeEnter: () => import("../../program/parts.js").then(({ loadParts }) => loadParts()),
    },
    { path: "program/versions", redirect: "/versions" },
  ],
} satisfies Manifest;
