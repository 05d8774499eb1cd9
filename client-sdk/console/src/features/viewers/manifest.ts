import type { Manifest } from "../../core/feature.js";

const title = { zh: "观众", en: "Viewers" };

export default {
  area: "audience",
  order: 10,
  pages: [{ route: "viewers", title }],
  routes: [
    { path: "viewers", name: "viewers", meta: { title }, component: () => import("./ViewersView.vue") },
    {
      path: "viewers/:viewerId",
      name: "viewer",
      props: true,
      component: () => import("./ViewerView.vue"),
      beforeEnter: () => import("./parts.js").then(({ prepareViewer }) => prepareViewer()),
    },
  ],
} satisfies Manifest;
