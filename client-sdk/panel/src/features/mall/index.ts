import { textOf, type Language } from "@flywheel/look";
import type { Feature } from "../../core/feature.js";
import MallTab from "./MallTab.vue";
import { mall, moment, type Mall } from "./state.js";
import { errors } from "./texts.js";

const feature: Feature = {
  slice: mall,
  views: [
    { at: "mall", order: 10, component: MallTab },
    { at: "me", order: 30, load: () => import("./OrderList.vue") },
  ],
  sheets: { item: () => import("./ItemSheet.vue") },
  errors,
  moment,
  titleOf: (kind, id, state, language) =>
    kind === "redemption" ? titleOf(id, state as Mall, language) : undefined,
};

export default feature;

function titleOf(id: string, { items, fresh }: Mall, language: Language): string | undefined {
  const known = [...(items ?? []), ...fresh].map(({ item }) => item).find((item) => item?.id === id);
  return textOf(known?.title, language) || undefined;
}
