import { defineTexts } from "../../core/texts.js";

/** What only the sheet of a task says, which is loaded when it is opened. */
export const sheetTexts = defineTexts({
  zh: {
    holds: "已满足",
    fails: "未满足",
    allDone: "本任务奖励已全部领取",
    tiers: "奖励",
  },
  en: {
    holds: "Met",
    fails: "Not met",
    allDone: "You have all the rewards of this task",
    tiers: "Rewards",
  },
});
