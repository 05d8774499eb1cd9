import type { Feature } from "../../core/feature.js";
import CheckInToday from "./CheckInToday.vue";
import { checkIn, moment } from "./state.js";
import { errors } from "./texts.js";

const feature: Feature = {
  slice: checkIn,
  views: [{ at: "today", order: 20, component: CheckInToday, aside: true }],
  sheets: {
    "check-in": () => import("./CheckInSheet.vue"),
    "make-up": () => import("./MakeUpSheet.vue"),
  },
  errors,
  moment,
};

export default feature;
