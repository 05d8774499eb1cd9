import { defineTexts } from "../core/texts.js";

/** What the toast says, which is loaded after the first view. */
export const rewardTexts = defineTexts({
  zh: {
    points: "+{count} 积分",
    pending: "+{count} 积分（待到账）",
    received: "获得奖励",
    newTask: "新任务",
    more: "等 {count} 项",
  },
  en: {
    points: "+{count} points",
    pending: "+{count} points (pending)",
    received: "Reward received",
    newTask: "New task",
    more: "and {count} more",
  },
});
