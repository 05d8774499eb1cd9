import type { Feature } from "../../core/feature.js";
import GrantList from "./GrantList.vue";
import { grants, moment } from "./state.js";

const feature: Feature = {
  slice: grants,
  views: [{ at: "me", order: 10, component: GrantList }],
  moment,
};

export default feature;
