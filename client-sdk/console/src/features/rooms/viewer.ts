import { clock } from "@flywheel/look";
import type { ViewerPart } from "../../core/feature.js";
import PresentIn from "./PresentIn.vue";
import VisitList from "./VisitList.vue";

export default {
  details: [{ order: 10, component: PresentIn }],
  cards: [{ column: "wide", order: 30, component: VisitList }],
  facts: {
    roomEntered: (fact, say) => say("rooms.fact.roomEntered", { room: fact.roomId }),
    roomLeft: (fact, say) => say("rooms.fact.roomLeft", { room: fact.roomId }),
    watchCredited: (fact, say) =>
      say("rooms.fact.watchCredited", { time: clock(Number(fact.creditedMillis) / 1000) }),
  },
} satisfies ViewerPart;
