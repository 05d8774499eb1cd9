import { textOf } from "@flywheel/look";
import type { ViewerPart } from "../../core/feature.js";
import { language } from "../../shell/preferences.js";

export default {
  facts: {
    reminderSent: ({ text }, say) =>
      say("reminders.fact.reminderSent", { text: textOf(text, language.value) }),
    reminderAnswered: (_, say) => say("reminders.fact.reminderAnswered"),
  },
} satisfies ViewerPart;
