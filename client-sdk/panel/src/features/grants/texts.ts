import { defineTexts } from "../../core/texts.js";

export const texts = defineTexts({
  zh: {
    title: "我的奖励",
    none: "暂无奖励，连续签到、做任务就能解锁",
    until: "有效至 {date}",
    ended: "已于 {date} 结束",
  },
  en: {
    title: "Your rewards",
    none: "Nothing yet. Streaks and tasks bring coupons, badges and privileges.",
    until: "Until {date}",
    ended: "Ended {date}",
  },
});
