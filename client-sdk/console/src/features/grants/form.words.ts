import { texts } from "../../core/texts.js";

export const words = texts(
  {
    field: {
      Reward: {
        experience: {
          label: "经验",
        },
        coupon: {
          label: "优惠券",
        },
        badge: {
          label: "徽章",
        },
        privilege: {
          label: "特权",
        },
        ticket: {
          label: "抽奖券",
        },
      },
      ExperienceReward: {
        amount: {
          label: "数量",
        },
      },
      CouponReward: {
        coupon_id: {
          label: "优惠券编号",
          help: "商城中的编号。",
        },
        valid_for: {
          label: "有效期",
          help: "留空以商城为准。",
        },
        ends_at: {
          label: "统一截止时间",
          help: "无论何时发放都在此刻到期；与有效期同时填写时，以先到者为准。",
        },
        codes: {
          label: "券码来源",
          help: "导入的券码按顺序发放；不足时先发券，导入后自动补上券码。",
        },
        value_minor: {
          label: "面值",
          help: "单位为分，用于预算。",
        },
        title: {
          label: "名称",
        },
      },
      BadgeReward: {
        badge_id: {
          label: "徽章编号",
        },
        title: {
          label: "名称",
        },
      },
      PrivilegeReward: {
        privilege_id: {
          label: "特权编号",
        },
        valid_for: {
          label: "有效期",
          help: "留空长期有效。",
        },
        title: {
          label: "名称",
        },
      },
      TicketReward: {
        lottery_id: {
          label: "抽奖编号",
        },
        count: {
          label: "张数",
          help: "1 到 100，默认 1。",
          example: "1",
        },
        title: {
          label: "名称",
        },
      },
    },
    choice: {
      CouponCodes: {
        default: "默认（系统生成）",
        made: "系统生成",
        imported: "导入的券码",
      },
    },
    unit: {
      experience: "经验",
      coupon: "优惠券",
      badge: "徽章",
      privilege: "特权",
      ticket: "抽奖券",
    },
  },
  {
    field: {
      Reward: {
        experience: {
          label: "Experience",
        },
        coupon: {
          label: "Coupon",
        },
        badge: {
          label: "Badge",
        },
        privilege: {
          label: "Privilege",
        },
        ticket: {
          label: "Lottery tickets",
        },
      },
      ExperienceReward: {
        amount: {
          label: "How much",
        },
      },
      CouponReward: {
        coupon_id: {
          label: "Coupon id",
          help: "In your shop.",
        },
        valid_for: {
          label: "Valid for",
          help: "Empty: as the shop says.",
        },
        ends_at: {
          label: "Ends at",
          help: "Whenever it was granted. With a time of validity, whatever comes first.",
        },
        codes: {
          label: "Codes",
          help: "Imported codes go out in their order; where they are used up, the code follows with the next import.",
        },
        value_minor: {
          label: "Worth",
          help: "In the currency's smallest unit; budgets count it.",
        },
        title: {
          label: "Title",
        },
      },
      BadgeReward: {
        badge_id: {
          label: "Badge id",
        },
        title: {
          label: "Title",
        },
      },
      PrivilegeReward: {
        privilege_id: {
          label: "Privilege id",
        },
        valid_for: {
          label: "Held for",
          help: "Empty: for good.",
        },
        title: {
          label: "Title",
        },
      },
      TicketReward: {
        lottery_id: {
          label: "Lottery id",
        },
        count: {
          label: "How many",
          help: "1 to 100, default 1.",
          example: "1",
        },
        title: {
          label: "Title",
        },
      },
    },
    choice: {
      CouponCodes: {
        default: "Default (made here)",
        made: "Made here",
        imported: "From the imported list",
      },
    },
    unit: {
      experience: "XP",
      coupon: "coupon",
      badge: "badge",
      privilege: "privilege",
      ticket: "ticket",
    },
  },
);
