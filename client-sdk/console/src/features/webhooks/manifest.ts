import type { Manifest } from "../../core/feature.js";

const title = { zh: "Webhook", en: "Webhooks" };

export default {
  area: "govern",
  order: 40,
  pages: [{ route: "webhooks", title }],
  routes: [
    { path: "webhooks", name: "webhooks", meta: { title }, component: () => import("./WebhooksView.vue") },
  ],
} satisfies Manifest;
