import type { Feature } from "../../core/feature.js";
import BoosterList from "./BoosterList.vue";
import { boosters } from "./state.js";

const feature: Feature = {
  slice: boosters,
  views: [{ at: "today", order: 3, component: BoosterList }],
};

export default feature;
