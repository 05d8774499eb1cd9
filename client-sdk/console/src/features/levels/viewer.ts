import { LevelMovedReason } from "@flywheel/client";
import { textOf } from "@flywheel/look";
import type { ViewerPart } from "../../core/feature.js";
import { count } from "../../shell/format.js";
import { language } from "../../shell/preferences.js";

export default {
  figures: [
    {
      order: 35,
      label: "levels.level",
      value: ({ level }) => (level?.number ? textOf(level.title, language.value) : "–"),
      note: ({ level }, say) =>
        level?.nextLevelId
          ? say("levels.next", {
              count: count(level.nextExperience - level.experience),
              level: textOf(level.nextTitle, language.value),
            })
          : "",
    },
  ],
  facts: {
    levelMoved: ({ levelId, number, formerNumber, reason }, say) => {
      if (number > formerNumber) return say("levels.fact.raised", { number, level: levelId });
      return say(reason === LevelMovedReason.DECAYED ? "levels.fact.fell" : "levels.fact.lowered", {
        number,
      });
    },
    experienceDecayed: ({ amount, experience }, say) =>
      say("levels.fact.decayed", { count: count(amount), left: count(experience) }),
  },
} satisfies ViewerPart;
