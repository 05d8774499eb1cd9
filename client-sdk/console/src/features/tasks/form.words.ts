import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: {
      Task: {
        what: "名称",
        counts: "计数方式",
        tiers: "档位与奖励",
        who: "对象",
        narrower: "更多条件",
        limits: "防刷与预算",
      },
    },
    summary: {
      tasks: "{count} 个任务",
    },
    field: {
      Program: {
        tasks: {
          label: "任务",
        },
      },
      Task: {
        id: {
          label: "任务编号",
          help: "小写字母开头。观众的进度记在编号下，改编号等于新任务。",
          example: "daily-likes",
        },
        title: {
          label: "观众看到的标题",
        },
        description: {
          label: "要做什么",
          help: "观众看到的一句话，留空则按规则自动生成。",
        },
        tiers: {
          label: "档位",
          help: "每档的目标要比前一档高。",
        },
        window: {
          label: "计数周期",
        },
        requires: {
          label: "先完成这些任务",
          help: "都完成过，本任务才开始计数。",
          hint: "选择任务",
          none: "没有其他任务",
        },
        hidden: {
          label: "隐藏任务",
          help: "解锁前观众看不到。",
        },
        audience: {
          label: "哪些观众（CEL）",
          help: "留空表示所有人。",
          example: '"vip" in viewer.privileges',
        },
        goal: {
          label: "谁的进度",
          help: "全场合计：达成后，每位参与者都有奖励。",
        },
        payout: {
          label: "发放方式",
          help: "周期结束 48 小时后仍未领取的奖励，会随观众下一次计入任务的行为自动发放。",
        },
        repeat: {
          label: "完成后立即重新开始",
          help: "超出的部分计入下一轮。",
        },
        cap: {
          label: "每人上限",
          help: "一位观众在一段时间内最多领取几档。",
        },
        budget: {
          label: "总预算",
          help: "所有观众合计，用完后不再发放。",
        },
        rate_limit: {
          label: "频率上限",
          help: "超出的行为不计数，防止刷量。",
        },
      },
      Tier: {
        threshold: {
          label: "目标",
          help: "观看时长可写 3m；金额以分为单位。",
        },
        rewards: {
          label: "奖励",
        },
      },
      Window: {
        kind: {
          label: "计数周期",
          help: "每个周期结束后，计数从零开始。",
        },
        starts_at: {
          label: "开始时间",
        },
        ends_at: {
          label: "结束时间",
        },
      },
      Cap: {
        tiers: {
          label: "最多几档",
        },
        per: {
          label: "周期",
        },
      },
      Budget: {
        points: {
          label: "最多积分",
          help: "留空或 0 表示不限。",
        },
        tiers: {
          label: "最多几档",
          help: "留空或 0 表示不限。",
        },
        per: {
          label: "周期",
        },
      },
      RateLimit: {
        times: {
          label: "最多几次",
        },
        per: {
          label: "每多长时间",
        },
      },
    },
    choice: {
      Goal: {
        default: "默认（个人）",
        viewer: "个人",
        room: "全场合计",
      },
      Payout: {
        default: "默认（立即发放）",
        at_once: "立即发放",
        on_claim: "观众领取后发放",
      },
    },
    add: {
      Task: "添加任务",
      Tier: "添加档位",
    },
  },
  {
    group: {
      Task: {
        what: "Name",
        counts: "What counts",
        tiers: "Tiers and rewards",
        who: "For whom",
        narrower: "More conditions",
        limits: "Limits and budget",
      },
    },
    summary: {
      tasks: "{count} task | {count} tasks",
    },
    field: {
      Program: {
        tasks: {
          label: "Tasks",
        },
      },
      Task: {
        id: {
          label: "Id",
          help: "Begins with a lower-case letter. Progress is kept under it: another id is another task.",
          example: "daily-likes",
        },
        title: {
          label: "Title that viewers see",
        },
        description: {
          label: "What to do",
          help: "The sentence that viewers see. Empty: made from the rules.",
        },
        tiers: {
          label: "Tiers",
          help: "Each goal is higher than the one before.",
        },
        window: {
          label: "Period",
        },
        requires: {
          label: "After these tasks",
          help: "All must have been completed before this one counts.",
          hint: "Choose tasks",
          none: "There are no other tasks",
        },
        hidden: {
          label: "Hidden",
          help: "Viewers don't see it until it is unlocked.",
        },
        audience: {
          label: "Which viewers (CEL)",
          help: "Empty: everyone.",
          example: '"vip" in viewer.privileges',
        },
        goal: {
          label: "Whose count",
          help: "The whole room: everyone who took part is rewarded.",
        },
        payout: {
          label: "Payout",
          help: "What is not claimed 48 hours after the period is paid with the viewer's next action that counts.",
        },
        repeat: {
          label: "Begin again when completed",
          help: "What was counted beyond carries over.",
        },
        cap: {
          label: "Cap for each viewer",
          help: "How many tiers one viewer gets in a stretch of time.",
        },
        budget: {
          label: "Budget",
          help: "For all viewers together; once used up, nothing more is paid.",
        },
        rate_limit: {
          label: "Rate limit",
          help: "What goes beyond does not count: against spam.",
        },
      },
      Tier: {
        threshold: {
          label: "Goal",
          help: "Watch time may be written 3m; amounts are in the minor unit.",
        },
        rewards: {
          label: "Rewards",
        },
      },
      Window: {
        kind: {
          label: "Period",
          help: "Counting begins again with each.",
        },
        starts_at: {
          label: "Begins",
        },
        ends_at: {
          label: "Ends",
        },
      },
      Cap: {
        tiers: {
          label: "Most tiers",
        },
        per: {
          label: "In each",
        },
      },
      Budget: {
        points: {
          label: "Most points",
          help: "Empty or 0: no limit.",
        },
        tiers: {
          label: "Most tiers",
          help: "Empty or 0: no limit.",
        },
        per: {
          label: "In each",
        },
      },
      RateLimit: {
        times: {
          label: "At most, times",
        },
        per: {
          label: "In how long",
        },
      },
    },
    choice: {
      Goal: {
        default: "Default (each viewer)",
        viewer: "Each viewer",
        room: "The whole room",
      },
      Payout: {
        default: "Default (at once)",
        at_once: "At once",
        on_claim: "When the viewer claims it",
      },
    },
    add: {
      Task: "Add task",
      Tier: "Add tier",
    },
  },
);
