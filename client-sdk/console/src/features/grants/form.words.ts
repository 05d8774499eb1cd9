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
    unit: {
      experience: "XP",
      coupon: "coupon",
      badge: "badge",
      privilege: "privilege",
      ticket: "ticket",
    },
  },
);
