import { texts } from "../../core/texts.js";

/** What is said of the same fields of tasks and of every other thing that counts. */
const counted = {
  zh: {
    trigger: {
      label: "观众做什么",
    },
    custom: {
      label: "自定义事件名",
      help: "平台上报的 CustomEvent 名称。",
      example: "quiz-won",
    },
    of_task: {
      label: "哪个任务",
      help: "不选时，任何其他任务都算。",
      any: "任何其他任务",
    },
    condition: {
      label: "附加条件（CEL）",
      help: "可用 event、fact、viewer。金额以分为单位。",
      example: "event.ordered.amount_minor >= 9900",
    },
    count: {
      label: "怎么计数",
    },
    rooms: {
      label: "仅限这些房间",
      help: "留空表示所有房间。",
      hint: "输入房间号后回车",
    },
  },
  en: {
    trigger: {
      label: "What the viewer does",
    },
    custom: {
      label: "Name of the custom event",
      help: "As the platform reports it in CustomEvent.",
      example: "quiz-won",
    },
    of_task: {
      label: "Which task",
      help: "None chosen: any other.",
      any: "Any other task",
    },
    condition: {
      label: "Condition (CEL)",
      help: "Over event, fact and viewer. Amounts in the minor unit.",
      example: "event.ordered.amount_minor >= 9900",
    },
    count: {
      label: "What is counted",
    },
    rooms: {
      label: "Only in these rooms",
      help: "Empty: all rooms.",
      hint: "Type a room's id and press Enter",
    },
  },
};

export const words = texts(
  {
    field: {
      Task: counted.zh,
      Metric: counted.zh,
    },
    choice: {
      Trigger: {
        default: "",
        enter: "进入直播间",
        like: "点赞",
        comment: "评论",
        share: "分享",
        watch: "观看",
        follow: "关注",
        click: "点击商品或链接",
        order: "下单",
        repurchase: "复购",
        lead: "留资",
        join_group: "入群",
        custom: "自定义事件",
        check_in: "签到",
        tier_reached: "达成其他任务档位",
        task_completed: "完成其他任务",
        points_earned: "获得积分",
        grant_issued: "获得权益",
        level_reached: "升级",
        tag_entered: "进入某类人群",
        tag_left: "离开某类人群",
        badge_earned: "获得徽章",
      },
      CountBy: {
        default: "默认（观看计时长，其余计次数）",
        times: "次数",
        amount: "金额或数量",
        seconds: "观看时长",
        distinct_days: "不同天数",
        distinct_texts: "不重复的评论",
        distinct_keys: "不同的对象",
      },
      WindowKind: {
        default: "默认（一次性）",
        once: "一次性",
        day: "每日",
        week: "每周",
        broadcast: "每场直播",
        custom: "限时",
      },
    },
  },
  {
    field: {
      Task: counted.en,
      Metric: counted.en,
    },
    choice: {
      Trigger: {
        default: "",
        enter: "Enter the room",
        like: "Like",
        comment: "Comment",
        share: "Share",
        watch: "Watch",
        follow: "Follow",
        click: "Open goods or a link",
        order: "Order",
        repurchase: "Order again",
        lead: "Leave contact details",
        join_group: "Join a group chat",
        custom: "Custom event",
        check_in: "Check in",
        tier_reached: "Reach a tier of another task",
        task_completed: "Complete another task",
        points_earned: "Earn points",
        grant_issued: "Be granted something",
        level_reached: "Reach a level",
        tag_entered: "Come to have a tag",
        tag_left: "Lose a tag",
        badge_earned: "Earn a badge",
      },
      CountBy: {
        default: "Default (watch time, else times)",
        times: "Times",
        amount: "Amount",
        seconds: "Watch time",
        distinct_days: "Different days",
        distinct_texts: "Different comments",
        distinct_keys: "Different things",
      },
      WindowKind: {
        default: "Default (once)",
        once: "Once",
        day: "Daily",
        week: "Weekly",
        broadcast: "Each broadcast",
        custom: "Limited time",
      },
    },
  },
);
