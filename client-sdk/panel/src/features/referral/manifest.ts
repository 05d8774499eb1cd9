import type { Manifest } from "../../core/feature.js";

export const manifest: Manifest = {
  id: "referral",
  enabled: (program) => program.has("referral"),
  tabs: ["tasks", "me"],
  sheets: ["invite", "welcome", "gather"],
  wakes: ["gatheringMoved", "inviteeEntered", "inviteeStayed", "inviteeOrdered", "inviteeMoved"],
  load: () => import("./index.js"),
};
