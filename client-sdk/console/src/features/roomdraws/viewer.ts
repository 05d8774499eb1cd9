import type { ViewerPart } from "../../core/feature.js";

export default {
  facts: {
    roomDrawMoved: ({ roomDrawId, number, state }, say) =>
      say("roomdraws.fact.roomDrawMoved", {
        draw: roomDrawId,
        number: String(number),
        state: say(`roomdraws.state.${state}`),
      }),
    roomDrawEntered: ({ roomDrawId, number }, say) =>
      say("roomdraws.fact.roomDrawEntered", { draw: roomDrawId, number: String(number) }),
    roomDrawWon: ({ roomDrawId, number, prizeId }, say) =>
      say("roomdraws.fact.roomDrawWon", { draw: roomDrawId, number: String(number), prize: prizeId }),
  },
} satisfies ViewerPart;
