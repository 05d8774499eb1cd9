import type { Feature } from "../../core/feature.js";
import ProfileCard from "./ProfileCard.vue";
import { profile } from "./state.js";

const feature: Feature = {
  slice: profile,
  views: [{ at: "me", order: 5, component: ProfileCard }],
};

export default feature;
