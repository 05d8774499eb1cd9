import type { Feature } from "../../core/feature.js";
import GatherCard from "./GatherCard.vue";
import InviteCard from "./InviteCard.vue";
import { moment, referral } from "./state.js";
import { errors } from "./texts.js";

const feature: Feature = {
  slice: referral,
  views: [
    { at: "tasks", order: 5, component: InviteCard },
    { at: "tasks", order: 6, component: GatherCard },
    { at: "me", order: 20, load: () => import("./FriendList.vue") },
  ],
  sheets: {
    invite: () => import("./InviteSheet.vue"),
    gather: () => import("./GatherSheet.vue"),
    welcome: () => import("./WelcomeSheet.vue"),
  },
  errors,
  moment,
};

export default feature;
