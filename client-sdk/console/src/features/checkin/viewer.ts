import type { ViewerPart } from "../../core/feature.js";
import { count } from "../../shell/format.js";
import CheckInCalendar from "./CheckInCalendar.vue";

export default {
  figures: [
    {
      order: 20,
      label: "checkin.streak",
      value: ({ checkIn }) => count(checkIn?.streak ?? 0),
      note: ({ checkIn }, say) => `${say("checkin.checkIns")} ${count(checkIn?.cumulative ?? 0)}`,
    },
  ],
  cards: [{ column: "narrow", order: 20, component: CheckInCalendar }],
  facts: { checkedIn: (fact, say) => say("checkin.fact.checkedIn", { streak: fact.streak }) },
} satisfies ViewerPart;
