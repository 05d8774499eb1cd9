import { textOf } from "@flywheel/look";
import type { Feature } from "../../core/feature.js";
import BadgeWall from "./BadgeWall.vue";
import { badges, moment, type Badges } from "./state.js";
import { errors } from "./texts.js";

const feature: Feature = {
  slice: badges,
  views: [{ at: "me", order: 40, component: BadgeWall }],
  errors,
  moment,
  titleOf: (kind, id, state, language) => {
    const found = kind === "badge" && (state as Badges)?.all.find(({ badgeId }) => badgeId === id);
    return found ? textOf(found.title, language) || undefined : undefined;
  },
};

export default feature;
