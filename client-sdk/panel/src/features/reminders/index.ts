import type { Feature } from "../../core/feature.js";
import ReminderList from "./ReminderList.vue";
import { reminders } from "./state.js";

const feature: Feature = {
  slice: reminders,
  views: [{ at: "today", order: 5, component: ReminderList }],
};

export default feature;
