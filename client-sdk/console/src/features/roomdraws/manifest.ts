import type { Manifest } from "../../core/feature.js";

const title = { zh: "福袋", en: "Room draws" };

export default {
  area: "engage",
  order: 35,
  pages: [{ route: "room-draws", title }],
  routes: [
    {
      path: "room-draws",
      name: "room-draws",
      meta: { title },
      component: () => import("./RoomDrawsView.vue"),
    },
  ],
  enabled: (program) => program.roomDraws.length > 0,
} satisfies Manifest;
