import { texts } from "../../core/texts.js";

export const words = texts(
  {
    field: {
      Program: { points: { label: "积分" } },
      PointsRules: {
        refund_policy: { label: "订单退款后", help: "按退款比例收回因该订单发放的奖励；徽章不收回。" },
      },
      Reward: {
        points: {
          label: "积分",
        },
      },
      PointsReward: {
        amount: {
          label: "数量",
        },
        pending: {
          label: "多久后到账",
          help: "如退货期 7d；留空立即到账。",
        },
        expires_after: {
          label: "到账后有效期",
          help: "留空永不过期。",
        },
        until_completed: {
          label: "订单完成后到账",
          help: "由订单带来的积分，等平台通知订单完成（如确认收货）后才到账；退款会收回还没到账的部分。",
        },
      },
      UntilCompleted: {
        at_most: { label: "最长等待", help: "1 小时至 180 天，默认 30d。" },
        otherwise: { label: "逾期未完成" },
      },
    },
    choice: {
      PendingEnd: { default: "默认（自动到账）", confirm: "自动到账", forfeit: "作废" },
      RefundPolicy: {
        default: "默认（扣到余额为零为止）",
        only_pending: "只收回待到账的积分",
        within_balance: "扣到余额为零为止",
        debt: "不足部分记为欠额，之后获得的积分先抵扣",
      },
    },
    unit: {
      points: "积分",
    },
  },
  {
    field: {
      Program: { points: { label: "Points" } },
      PointsRules: {
        refund_policy: {
          label: "When an order is refunded",
          help: "What was given for it is taken back in proportion. Badges stay.",
        },
      },
      Reward: {
        points: {
          label: "Points",
        },
      },
      PointsReward: {
        amount: {
          label: "How many",
        },
        pending: {
          label: "Pending for",
          help: "Such as 7d, until returns are over. Empty: at once.",
        },
        expires_after: {
          label: "Good for",
          help: "Empty: they never expire.",
        },
        until_completed: {
          label: "Once the order is complete",
          help: "Points that an order brings can be spent once the platform tells that it is complete, such as received. A refund takes back what still waits.",
        },
      },
      UntilCompleted: {
        at_most: { label: "Waiting at most", help: "1 hour to 180 days, default 30d." },
        otherwise: { label: "If it isn't by then" },
      },
    },
    choice: {
      PendingEnd: {
        default: "Default (they can be spent)",
        confirm: "They can be spent",
        forfeit: "They are forfeited",
      },
      RefundPolicy: {
        default: "Default (as far as the balance goes)",
        only_pending: "Take back pending points only",
        within_balance: "As far as the balance goes",
        debt: "The viewer owes the rest; later points repay it",
      },
    },
    unit: {
      points: "point | points",
    },
  },
);
