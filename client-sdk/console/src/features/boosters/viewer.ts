import { textOf } from "@flywheel/look";
import type { ViewerPart } from "../../core/feature.js";
import { dateTime } from "../../shell/format.js";
import { language } from "../../shell/preferences.js";

export default {
  facts: {
    roomBoosterMoved: ({ boosterId, title, percent, endsAt, ended }, say) => {
      const booster = textOf(title, language.value) || boosterId;
      return ended
        ? say("boosters.fact.ended", { booster })
        : say("boosters.fact.started", {
            booster,
            factor: String(percent / 100),
            time: dateTime(endsAt),
          });
    },
  },
} satisfies ViewerPart;
