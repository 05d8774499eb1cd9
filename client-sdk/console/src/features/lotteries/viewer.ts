import type { ViewerPart } from "../../core/feature.js";

export default {
  facts: {
    drawn: ({ lotteryId, prizeId }, say) =>
      say("lotteries.fact.drawn", { lottery: lotteryId, prize: prizeId || say("lotteries.nothing") }),
  },
} satisfies ViewerPart;
