import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: {
      CheckInRules: {
        streak: "规则",
        consecutive: "连续签到奖励",
        cumulative: "累计签到奖励",
        leniency: "补签与宽限",
      },
    },
    summary: { checkInNone: "无签到", checkInDays: "按日签到", checkInBroadcasts: "按场次签到" },
    field: {
      Program: {
        check_in: {
          label: "签到",
        },
      },
      CheckInRules: {
        calendar: {
          label: "连续的单位",
          help: "按日：所有直播间合计；按场次：每个直播间单独计算。",
        },
        mode: {
          label: "断签之后",
        },
        method: {
          label: "签到方式",
        },
        consecutive: {
          label: "连续签到奖励",
        },
        cumulative: {
          label: "累计签到奖励",
        },
        make_up_days: {
          label: "补签卡可补天数",
          help: "0（不可补签）到 31 天，默认 7。",
          example: "7",
        },
        max_freezes: {
          label: "断签保护上限",
          help: "每位观众最多持有几个，0 到 31，默认 2。",
          example: "2",
        },
        outside_rooms: {
          label: "不在直播间也可签到",
          help: "关闭时需进入直播间才能签到。",
        },
        viewer_time_zone: {
          label: "按观众所在时区算日",
          help: "适合有海外观众的直播间。",
        },
      },
      StreakReward: {
        count: {
          label: "第几次",
        },
        rewards: {
          label: "奖励",
        },
      },
      Reward: {
        make_up_card: {
          label: "补签卡",
        },
        freeze: {
          label: "断签保护",
        },
      },
      MakeUpCardReward: {
        count: {
          label: "张数",
        },
      },
      FreezeReward: {
        count: {
          label: "个数",
        },
      },
    },
    choice: {
      StreakCalendar: {
        default: "默认（按日）",
        days: "按自然日",
        broadcasts: "按直播场次",
      },
      StreakMode: {
        default: "默认（断签重来）",
        reset: "断签后从头开始",
        stamp_card: "集章卡：不因断签清零",
      },
      CheckInMethod: {
        default: "默认（手动）",
        by_call: "观众手动签到",
        on_enter: "进入直播间自动签到",
      },
    },
    unit: {
      make_up_card: "补签卡",
      freeze: "断签保护",
    },
    add: {
      StreakReward: "添加签到奖励",
    },
  },
  {
    group: {
      CheckInRules: {
        streak: "Rules",
        consecutive: "Rewards for check-ins in a row",
        cumulative: "Rewards for check-ins in all",
        leniency: "Leniency",
      },
    },
    summary: {
      checkInNone: "No check-in",
      checkInDays: "Check-in by day",
      checkInBroadcasts: "Check-in by broadcast",
    },
    field: {
      Program: {
        check_in: {
          label: "Check-in",
        },
      },
      CheckInRules: {
        calendar: {
          label: "A streak is of",
          help: "Days: over all rooms. Broadcasts: each room by itself.",
        },
        mode: {
          label: "After a miss",
        },
        method: {
          label: "How viewers check in",
        },
        consecutive: {
          label: "Rewards in a row",
        },
        cumulative: {
          label: "Rewards in all",
        },
        make_up_days: {
          label: "Make-up cards reach back",
          help: "Days, 0 (no make-up) to 31. Default 7.",
          example: "7",
        },
        max_freezes: {
          label: "Most freezes held",
          help: "By each viewer, 0 to 31. Default 2.",
          example: "2",
        },
        outside_rooms: {
          label: "Check-in outside of rooms",
          help: "Off: the viewer must be in a room.",
        },
        viewer_time_zone: {
          label: "Days by the viewer's time zone",
          help: "For rooms with viewers abroad.",
        },
      },
      StreakReward: {
        count: {
          label: "At check-in number",
        },
        rewards: {
          label: "Rewards",
        },
      },
      Reward: {
        make_up_card: {
          label: "Make-up cards",
        },
        freeze: {
          label: "Streak freezes",
        },
      },
      MakeUpCardReward: {
        count: {
          label: "How many",
        },
      },
      FreezeReward: {
        count: {
          label: "How many",
        },
      },
    },
    choice: {
      StreakCalendar: {
        default: "Default (days)",
        days: "Days",
        broadcasts: "Broadcasts",
      },
      StreakMode: {
        default: "Default (begin again)",
        reset: "Begin again",
        stamp_card: "Stamp card: nothing is lost",
      },
      CheckInMethod: {
        default: "Default (by the viewer)",
        by_call: "By the viewer",
        on_enter: "By entering the room, too",
      },
    },
    unit: {
      make_up_card: "make-up card",
      freeze: "streak freeze",
    },
    add: {
      StreakReward: "Add check-in reward",
    },
  },
);
