import { textOf } from "@flywheel/look";
import type { Feature } from "../../core/feature.js";
import RanksTab from "./RanksTab.vue";
import { moment, ranks, type Ranks } from "./state.js";
import { errors } from "./texts.js";

const feature: Feature = {
  slice: ranks,
  views: [{ at: "ranks", order: 10, component: RanksTab }],
  errors,
  moment,
  titleOf: (kind, id, state, language) => {
    const found = kind === "board" && (state as Ranks)?.boards.find(({ board }) => board?.id === id);
    return found ? textOf(found.board?.title, language) || undefined : undefined;
  },
};

export default feature;
