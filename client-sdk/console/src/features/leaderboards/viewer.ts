import type { ViewerPart } from "../../core/feature.js";
import { count } from "../../shell/format.js";

export default {
  facts: {
    scoreMoved: ({ boardId, score }, say) =>
      say("leaderboards.fact.scoreMoved", { board: boardId, score: count(score) }),
    leaderboardSettled: ({ boardId }, say) => say("leaderboards.fact.leaderboardSettled", { board: boardId }),
  },
} satisfies ViewerPart;
