import { textOf, type Language } from "@flywheel/look";
import type { Feature } from "../../core/feature.js";
import LotteryList from "./LotteryList.vue";
import { lottery, viewOf, type Lotteries } from "./state.js";
import { errors } from "./texts.js";

const feature: Feature = {
  slice: lottery,
  views: [{ at: "mall", order: 5, component: LotteryList }],
  sheets: { lottery: () => import("./LotterySheet.vue") },
  errors,
  titleOf: (kind, id, state, language) =>
    kind === "draw" ? titleOf(id, state as Lotteries, language) : undefined,
};

export default feature;

function titleOf(id: string, state: Lotteries, language: Language): string | undefined {
  return textOf(viewOf(state, id)?.lottery?.title, language) || undefined;
}
