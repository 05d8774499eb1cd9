import { takesPoints } from "@flywheel/look";
import type { ViewerPart } from "../../core/feature.js";
import { count, dateTime } from "../../shell/format.js";
import AdjustPoints from "./AdjustPoints.vue";
import PointsLedger from "./PointsLedger.vue";

export default {
  figures: [
    {
      order: 10,
      label: "points.points",
      value: ({ points }) => count(points?.balance ?? 0n),
      note: ({ points }, say) => {
        if (!points) return "";
        if (points.pending > 0n) return say("points.pending", { count: count(points.pending) });
        return points.expiring > 0n
          ? say("points.expiring", { count: count(points.expiring), at: dateTime(points.expiresAt) })
          : "";
      },
    },
  ],
  actions: [{ order: 10, component: AdjustPoints }],
  cards: [{ column: "wide", order: 20, component: PointsLedger }],
  facts: {
    pointsBooked: (fact, say) =>
      say("points.fact.pointsBooked", {
        sign: takesPoints(fact.kind) ? "−" : "+",
        amount: count(fact.amount),
        balance: count(fact.balance),
      }),
    pointsExpiring: ({ amount }, say) => say("points.fact.pointsExpiring", { amount: count(amount) }),
  },
} satisfies ViewerPart;
