import { defineTexts } from "../../core/texts.js";

export const texts = defineTexts({
  zh: {
    label: "我的等级",
    none: "还没有等级",
    toNext: "再得 {count} 经验值升至{title}",
    highest: "已是最高等级",
    kept: "等级门槛已提高，你的等级为你保留",
    experience: "{count} 经验值",
    all: "全部等级",
    gives: "升级奖励：{rewards}",
    since: "{date} 达到",
    reached: "升到 {number} 级",
  },
  en: {
    label: "Your level",
    none: "No level yet",
    toNext: "{count} more XP to {title}",
    highest: "The highest level",
    kept: "Levels ask for more now; you keep yours",
    experience: "{count} XP",
    all: "All levels",
    gives: "Gives {rewards}",
    since: "Reached {date}",
    reached: "Level {number}",
  },
});
