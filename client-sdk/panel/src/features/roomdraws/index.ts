import type { Feature } from "../../core/feature.js";
import RoomDraws from "./RoomDraws.vue";
import { roomDraws } from "./state.js";

const feature: Feature = {
  slice: roomDraws,
  views: [{ at: "today", order: 5, component: RoomDraws }],
};

export default feature;
