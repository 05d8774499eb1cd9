import type { Feature } from "../../core/feature.js";
import PointsBalance from "./PointsBalance.vue";
import { moment, points } from "./state.js";

const feature: Feature = {
  slice: points,
  views: [
    { at: "headerStart", order: 10, component: PointsBalance },
    { at: "me", order: 20, load: () => import("./PointsHistory.vue") },
  ],
  moment,
};

export default feature;
