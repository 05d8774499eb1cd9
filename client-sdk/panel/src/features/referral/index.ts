import type { Feature } from "../../core/feature.js";
import InviteCard from "./InviteCard.vue";
import { moment, referral } from "./state.js";
import { errors } from "./texts.js";

const feature: Feature = {
  slice: referral,
  views: [
    { at: "tasks", order: 5, component: InviteCard },
    { at: "me", order: 20, load: () => import("./FriendList.vue") },
  ],
  sheets: {
    invite: () => import("./InviteSheet.vue"),
    welcome: () => import("./WelcomeSheet.vue"),
  },
  errors,
  moment,
};

export default feature;
