import { texts } from "../../core/texts.js";

export default texts(
  {
    title: "召回提醒",
    days: "时间",
    lastDays: "最近 {count} 天",
    text: "24 小时内进了直播间或签了到，算回来；同一位观众先后收到几条，算最后一条的。",
    rule: "提醒",
    reason: {
      streakEnds: "连签快断",
      couponEnds: "优惠券快到期",
      pointsLapse: "积分快过期",
      friendCame: "好友来了",
    },
    gone: "激励方案里已经没有这一条",
    sent: "已发送",
    cameBack: "回来了",
    rate: "召回率",
    heldBack: "超出每日上限未发",
    quiet: "{from} 到次日 {to} 不打扰，每人每天最多 {count} 条",
    fact: { reminderSent: "提醒：{text}", reminderAnswered: "因提醒回来" },
  },
  {
    title: "Reminders",
    days: "Time",
    lastDays: "Last {count} days",
    text: "A viewer came back who entered a room or checked in within 24 hours; of several reminders the latest counts.",
    rule: "Reminder",
    reason: {
      streakEnds: "A streak ends",
      couponEnds: "A coupon ends",
      pointsLapse: "Points lapse",
      friendCame: "A friend came",
    },
    gone: "No longer in the program",
    sent: "Sent",
    cameBack: "Came back",
    rate: "Rate",
    heldBack: "Held back by the daily limit",
    quiet: "Quiet from {from} to {to}, at most {count} a day for each viewer",
    fact: { reminderSent: "Reminded: {text}", reminderAnswered: "Came back by a reminder" },
  },
);
