import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: { ReminderRules: { bounds: "什么时候不打扰" }, ReminderRule: { when: "什么时候提醒谁" } },
    summary: { reminders: "{count} 条提醒" },
    field: {
      Program: {
        reminders: { label: "召回提醒", help: "交给平台推送，也显示在观众面板里。" },
      },
      ReminderRules: {
        rules: { label: "提醒", help: "同时到点时，前面的先发。" },
        quiet_hours: {
          label: "免打扰时段",
          help: "按观众所在时区；不知道时区的按激励方案的时区。默认 22 点到次日 9 点。",
        },
        per_day: { label: "每人每天最多几条", help: "1 到 10，默认 2；超出的不发。" },
      },
      QuietHours: {
        from: { label: "开始", help: "从零点算起。", example: "22h" },
        to: { label: "结束", help: "早于开始时表示次日。", example: "9h" },
      },
      ReminderRule: {
        id: { label: "提醒编号", help: "小写字母开头，效果按它统计。", example: "streak-tonight" },
        reason: { label: "提醒什么" },
        text: { label: "观众看到的话", help: "{'{'}count{'}'} 会换成天数、积分或人数。" },
        least: { label: "至少达到", help: "连签天数、积分数或好友数；连签默认 3。" },
        before: {
          label: "提前多久",
          help: "当天结束前多久；落在免打扰时段会更早。默认 4 小时。",
          example: "4h",
        },
        audience: {
          label: "只提醒这些观众",
          help: "用 CEL 写的条件，只能用 viewer。",
          example: "viewer.orders > 0",
        },
      },
    },
    choice: {
      ReminderReason: {
        streak_ends: "连签今晚会断",
        coupon_ends: "优惠券快到期",
        points_lapse: "积分快过期",
        friend_came: "邀请的好友来了",
        rank_lost: "榜单名次被超过",
      },
    },
    add: { ReminderRule: "添加提醒" },
  },
  {
    group: {
      ReminderRules: { bounds: "When viewers are left alone" },
      ReminderRule: { when: "When, and who" },
    },
    summary: { reminders: "{count} reminder | {count} reminders" },
    field: {
      Program: {
        reminders: {
          label: "Reminders",
          help: "Handed to the platform to be pushed, and shown in the panel.",
        },
      },
      ReminderRules: {
        rules: { label: "Reminders", help: "Of several that are due at once, the first goes first." },
        quiet_hours: {
          label: "Quiet hours",
          help: "By the viewer's time zone, else by the program's. Default 22:00 to 9:00.",
        },
        per_day: {
          label: "At most a day, for each viewer",
          help: "1 to 10, default 2; what goes beyond is not sent.",
        },
      },
      QuietHours: {
        from: { label: "From", help: "Counted from midnight.", example: "22h" },
        to: { label: "To", help: "On the next day where it is earlier.", example: "9h" },
      },
      ReminderRule: {
        id: {
          label: "Id",
          help: "Begins with a lower-case letter; results are counted under it.",
          example: "streak-tonight",
        },
        reason: { label: "What of" },
        text: {
          label: "What the viewer reads",
          help: "{'{'}count{'}'} stands for the days, points or friends.",
        },
        least: { label: "At least", help: "Days in a row, points or friends; default 3 for streaks." },
        before: {
          label: "How long before",
          help: "Before the day ends; earlier where that is in the quiet hours. Default 4 hours.",
          example: "4h",
        },
        audience: {
          label: "Only these viewers",
          help: "A condition in CEL over viewer.",
          example: "viewer.orders > 0",
        },
      },
    },
    choice: {
      ReminderReason: {
        streak_ends: "A streak ends tonight",
        coupon_ends: "A coupon ends soon",
        points_lapse: "Points lapse soon",
        friend_came: "A friend who was invited came",
        rank_lost: "A rank on a board was lost",
      },
    },
    add: { ReminderRule: "Add reminder" },
  },
);
