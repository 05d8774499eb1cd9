import type { ViewerPart } from "../../core/feature.js";

export default {
  facts: {
    stakesRefunded: ({ lotteryId, draws, reason }, say) =>
      say("lotteries.fact.stakesRefunded", { lottery: lotteryId, draws: String(draws), reason }),
    drawn: ({ lotteryId, prizeId }, say) =>
      say("lotteries.fact.drawn", { lottery: lotteryId, prize: prizeId || say("lotteries.nothing") }),
  },
} satisfies ViewerPart;
