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
      },
    },
    choice: {
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
      },
    },
    choice: {
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
