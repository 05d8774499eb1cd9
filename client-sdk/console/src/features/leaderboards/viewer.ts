import type { ViewerPart } from "../../core/feature.js";
import { count } from "../../shell/format.js";

export default {
  facts: {
    scoreMoved: ({ boardId, score }, say) =>
      say("leaderboards.fact.scoreMoved", { board: boardId, score: count(score) }),
    leagueMoved: ({ boardId, divisionId, number, formerNumber }, say) => {
      const way = number > formerNumber ? "Up" : number < formerNumber ? "Down" : "Stay";
      return say(`leaderboards.fact.league${way}`, { board: boardId, division: divisionId });
    },
    teamJoined: ({ teamId, formerTeamId }, say) =>
      teamId
        ? say("leaderboards.fact.teamJoined", { team: teamId })
        : say("leaderboards.fact.teamLeft", { team: formerTeamId }),
    rankLost: ({ boardId, position }, say) =>
      say("leaderboards.fact.rankLost", { board: boardId, position: count(position) }),
    leaderboardSettled: ({ boardId }, say) => say("leaderboards.fact.leaderboardSettled", { board: boardId }),
  },
} satisfies ViewerPart;
