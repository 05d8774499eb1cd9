import { texts } from "../../core/texts.js";

export const words = texts(
  {
    section: {
      basics: "基本设置",
    },
    field: {
      Program: {
        name: {
          label: "方案名称",
          help: "给团队看的名字，观众看不到。",
        },
        time_zone: {
          label: "时区",
          help: "按此时区计算每日与每周，默认 Asia/Shanghai。",
          example: "Asia/Shanghai",
        },
        day_starts_at: {
          label: "一天从几点开始",
          help: "从零点算起，0 到 12 小时。填 4h 时，凌晨 3:59 仍算前一天。",
        },
        currency: {
          label: "币种",
          help: "订单金额所用币种的三位代码，默认 CNY。",
          example: "CNY",
        },
      },
    },
  },
  {
    section: {
      basics: "Basics",
    },
    field: {
      Program: {
        name: {
          label: "Name",
          help: "For your team; viewers don't see it.",
        },
        time_zone: {
          label: "Time zone",
          help: "Days and weeks are reckoned in it. Default Asia/Shanghai.",
          example: "Asia/Shanghai",
        },
        day_starts_at: {
          label: "A day begins at",
          help: "From midnight, 0 to 12 hours. With 4h, 3:59 belongs to the day before.",
        },
        currency: {
          label: "Currency",
          help: "The three letters of the currency that orders are in. Default CNY.",
          example: "CNY",
        },
      },
    },
  },
);
