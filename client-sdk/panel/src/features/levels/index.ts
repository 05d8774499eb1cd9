import { textOf } from "@flywheel/look";
import type { Feature } from "../../core/feature.js";
import LevelCard from "./LevelCard.vue";
import { levels, moment, type Levels } from "./state.js";

const feature: Feature = {
  slice: levels,
  views: [{ at: "me", order: 7, component: LevelCard }],
  moment,
  titleOf: (kind, id, state, language) => {
    const found = kind === "level" && (state as Levels)?.ladder.find(({ levelId }) => levelId === id);
    return found ? textOf(found.title, language) || undefined : undefined;
  },
};

export default feature;
