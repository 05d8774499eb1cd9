import { textOf } from "@flywheel/look";
import type { ViewerPart } from "../../core/feature.js";
import { language } from "../../shell/preferences.js";

export default {
  facts: {
    badgeEarned: ({ badgeId, title, tierTitle, retroactive }, say) => {
      const badge = [textOf(title, language.value) || badgeId, textOf(tierTitle, language.value)]
        .filter(Boolean)
        .join(" · ");
      return say(retroactive ? "badges.fact.awarded" : "badges.fact.earned", { badge });
    },
    badgeRevoked: ({ badgeId }, say) => say("badges.fact.revoked", { badge: badgeId }),
  },
} satisfies ViewerPart;
