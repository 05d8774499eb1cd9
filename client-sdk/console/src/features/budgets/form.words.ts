import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: { CampaignBudget: { what: "名称", caps: "上限", where: "范围" } },
    summary: { budgets: "{count} 个预算" },
    field: {
      Program: { budgets: { label: "预算" } },
      CampaignBudget: {
        id: { label: "预算编号", help: "小写字母开头；已发放的按此编号累计。", example: "daily" },
        title: { label: "名称" },
        per: { label: "多久一份", help: "每份用完即止，下一天或下一周重新开始。" },
        each_viewer: { label: "每位观众各一份", help: "关闭则所有观众合用一份。" },
        points: { label: "积分上限", help: "留空不限。", example: "100000" },
        coupons: { label: "优惠券张数上限", help: "留空不限。", example: "1000" },
        value_minor: {
          label: "价值上限（分）",
          help: "优惠券与奖品的价值合计；留空不限。",
          example: "1000000",
        },
        sources: { label: "计入哪些", help: "留空则全部计入。" },
      },
    },
    choice: {
      BudgetSource: {
        default: "默认",
        check_in: "签到",
        task: "任务",
        mall: "商城",
        draw: "抽奖",
        level: "等级",
        leaderboard: "排行榜",
        other: "其他",
      },
    },
    add: { CampaignBudget: "添加预算" },
  },
  {
    group: { CampaignBudget: { what: "Name", caps: "Caps", where: "What it is about" } },
    summary: { budgets: "{count} budget | {count} budgets" },
    field: {
      Program: { budgets: { label: "Budgets" } },
      CampaignBudget: {
        id: {
          label: "Id",
          help: "Begins with a lower-case letter. What was given is counted under it.",
          example: "daily",
        },
        title: { label: "Title" },
        per: { label: "Stretch of time", help: "It begins anew with the next day or week." },
        each_viewer: { label: "One for each viewer", help: "Off: one for all viewers together." },
        points: { label: "Most points", help: "Empty: any number.", example: "100000" },
        coupons: { label: "Most coupons", help: "Empty: any number.", example: "1000" },
        value_minor: {
          label: "Highest value (minor unit)",
          help: "What coupons and prizes are worth together. Empty: any.",
          example: "1000000",
        },
        sources: { label: "What counts", help: "Empty: everything." },
      },
    },
    choice: {
      BudgetSource: {
        default: "Default",
        check_in: "Check-ins",
        task: "Tasks",
        mall: "Mall",
        draw: "Draws",
        level: "Levels",
        leaderboard: "Leaderboards",
        other: "Others",
      },
    },
    add: { CampaignBudget: "Add budget" },
  },
);
