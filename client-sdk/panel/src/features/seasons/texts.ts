import { defineTexts } from "../../core/texts.js";

export const texts = defineTexts({
  zh: {
    left: "剩 {time}",
    over: "已结束，未领取的奖励将自动发放",
    experience: "{count} 经验值",
    toNext: "再得 {count} 经验值到达第 {number} 阶",
    highest: "已到最高阶",
    free: "免费奖励",
    paid: "进阶奖励",
    locked: "解锁进阶奖励后可领取，之前的阶位一并补领",
    claim: "领取",
    claimAll: "全部领取（{count}）",
    claimTier: "领取第 {number} 阶的{track}",
    given: "已领取",
    notYet: "未达成",
    closed: "未解锁",
    all: "全部阶位",
    reached: "赛季第 {number} 阶",
  },
  en: {
    left: "{time} left",
    over: "Over. What you have not claimed is given to you",
    experience: "{count} XP",
    toNext: "{count} more XP to tier {number}",
    highest: "The highest tier",
    free: "Free",
    paid: "Premium",
    locked: "Premium opens these, and those of the tiers before",
    claim: "Claim",
    claimAll: "Claim all ({count})",
    claimTier: "Claim tier {number}, {track}",
    given: "Claimed",
    notYet: "Not yet",
    closed: "Locked",
    all: "All tiers",
    reached: "Season tier {number}",
  },
});

export const errors = defineTexts({
  zh: {
    SEASON_NOT_FOUND: "赛季已结束，未领取的奖励已自动发放",
    TRACK_LOCKED: "还没有解锁进阶奖励",
  },
  en: {
    SEASON_NOT_FOUND: "The season is over; what you had not claimed was given to you",
    TRACK_LOCKED: "Premium is not open to you yet",
  },
});
