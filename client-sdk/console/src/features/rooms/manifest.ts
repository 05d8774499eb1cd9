import type { Manifest } from "../../core/feature.js";

const title = { zh: "直播间", en: "Rooms" };

export default {
  area: "live",
  order: 10,
  pages: [{ route: "rooms", title }],
  routes: [
    { path: "rooms", name: "rooms", meta: { title }, component: () => import("./RoomsView.vue") },
    { path: "rooms/:roomId", name: "room", props: true, component: () => import("./RoomView.vue") },
  ],
} satisfies Manifest;
