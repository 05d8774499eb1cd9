import { knownProgram } from "../../api/program.js";
import type { ViewerPart } from "../../core/feature.js";
import TagsCard from "./TagsCard.vue";
import { tagTitle } from "./titles.js";

export default {
  cards: [{ column: "narrow", order: 10, component: TagsCard }],
  facts: {
    tagEntered: ({ tagId }, say) => say("audience.fact.entered", { tag: tagTitle(knownProgram(), tagId) }),
    tagLeft: ({ tagId }, say) => say("audience.fact.left", { tag: tagTitle(knownProgram(), tagId) }),
  },
} satisfies ViewerPart;
