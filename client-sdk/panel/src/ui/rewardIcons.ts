import type { Reward } from "@flywheel/client";
import type { IconName } from "./icons.js";

const names: Record<NonNullable<Reward["kind"]["case"]>, IconName> = {
  points: "points",
  experience: "experience",
  coupon: "coupon",
  badge: "badge",
  privilege: "crown",
  ticket: "ticket",
  makeUpCard: "card",
  freeze: "shield",
};

export function rewardIcon(reward: Reward | undefined): IconName {
  return reward?.kind.case ? names[reward.kind.case] : "gift";
}
