import type { Feature } from "../../core/feature.js";
import BoosterList from "./BoosterList.vue";
import { boosters, moment } from "./state.js";

const feature: Feature = {
  slice: boosters,
  views: [{ at: "today", order: 3, component: BoosterList }],
  moment,
};

export default feature;
