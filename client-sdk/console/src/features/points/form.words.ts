import { texts } from "../../core/texts.js";

export const words = texts(
  {
    field: {
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
    unit: {
      points: "积分",
    },
  },
  {
    field: {
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
    unit: {
      points: "point | points",
    },
  },
);
