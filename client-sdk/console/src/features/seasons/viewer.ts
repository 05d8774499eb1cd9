import type { ViewerPart } from "../../core/feature.js";

export default {
  facts: {
    seasonMoved: ({ seasonId: season, number, formerNumber, paidOpen, ended }, say) => {
      if (ended) return say("seasons.fact.ended", { season });
      if (number > formerNumber) return say("seasons.fact.raised", { number, season });
      if (number < formerNumber) return say("seasons.fact.lowered", { number });
      return say(paidOpen ? "seasons.fact.opened" : "seasons.fact.closed", { season });
    },
  },
} satisfies ViewerPart;
