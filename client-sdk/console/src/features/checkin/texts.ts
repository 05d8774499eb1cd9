import { texts } from "../../core/texts.js";

export default texts(
  {
    streak: "连签",
    checkIns: "累计签到",
    calendar: "签到日历",
    previousMonth: "上个月",
    nextMonth: "下个月",
    day: {
      1: "已签到",
      2: "补签",
      3: "断签保护",
      4: "漏签",
      5: "今天未签到",
      6: "未到",
      7: "首次签到前",
    },
    weekdays: "一 二 三 四 五 六 日",
    byBroadcast: "按场次签到：连续 {streak} 场，累计 {cumulative} 场",
    fact: {
      checkedIn: "签到，连续 {streak}",
    },
  },
  {
    streak: "Streak",
    checkIns: "Check-ins",
    calendar: "Check-in calendar",
    previousMonth: "Previous month",
    nextMonth: "Next month",
    day: {
      1: "Checked in",
      2: "Made up",
      3: "Frozen",
      4: "Missed",
      5: "Today, open",
      6: "To come",
      7: "Before the first check-in",
    },
    weekdays: "Mo Tu We Th Fr Sa Su",
    byBroadcast: "Check-in by broadcast: {streak} in a row, {cumulative} in all",
    fact: {
      checkedIn: "Checked in, streak {streak}",
    },
  },
);
