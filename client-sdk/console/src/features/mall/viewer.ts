import type { ViewerPart } from "../../core/feature.js";
import ViewerOrders from "./ViewerOrders.vue";

export default {
  cards: [{ column: "wide", order: 30, component: ViewerOrders }],
  facts: {
    redemptionMoved: ({ itemId, state }, say) =>
      say("mall.fact.redemptionMoved", { item: itemId, state: say(`mall.state.${state}`) }),
  },
} satisfies ViewerPart;
