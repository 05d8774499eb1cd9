import { textOf } from "@flywheel/look";
import type { Feature } from "../../core/feature.js";
import SeasonCard from "./SeasonCard.vue";
import { moment, seasons, type Seasons } from "./state.js";
import { errors } from "./texts.js";

const feature: Feature = {
  slice: seasons,
  views: [{ at: "tasks", order: 2, component: SeasonCard }],
  errors,
  moment,
  titleOf: (kind, id, state, language) => {
    const found = kind === "season" && (state as Seasons).find(({ seasonId }) => seasonId === id);
    return found ? textOf(found.title, language) || undefined : undefined;
  },
};

export default feature;
