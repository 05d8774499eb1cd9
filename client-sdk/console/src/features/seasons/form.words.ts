import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: {
      Season: { what: "名称与时间", tiers: "阶位", paid: "进阶奖励与领取", late: "迟到的事件" },
      SeasonTier: { what: "门槛与奖励" },
    },
    summary: { seasons: "{count} 个赛季", tiers: "{count} 阶" },
    field: {
      Program: { seasons: { label: "赛季" } },
      Season: {
        id: {
          label: "赛季编号",
          help: "小写字母开头。开始后，同一编号的起止方式不能再改。",
          example: "winter",
        },
        title: { label: "观众看到的名称" },
        period: { label: "时间", help: "自然月和自然季度按方案的时区，一季接一季，每季从零开始。" },
        starts_at: { label: "开始时间" },
        ends_at: { label: "结束时间", help: "没有领取的奖励，赛季结束后自动发放。" },
        lateness: { label: "结束后再等", help: "这段时间内补报的事件仍计入本季，默认 5m。", example: "5m" },
        tiers: { label: "阶位", help: "从低到高，最多 100 阶，所需经验值逐阶增加。" },
        paid_privilege_id: {
          label: "解锁进阶奖励的特权",
          help: "商城上架一件奖励为该特权的商品即可出售；晚买的观众一次补齐之前的阶位。留空则没有进阶奖励。",
          example: "winter-pass",
        },
        payout: { label: "发放方式", help: "观众自己领取更有仪式感；赛季结束时仍未领取的自动发放。" },
      },
      SeasonTier: {
        id: { label: "阶位编号", help: "中间插入新阶位时，原有编号保持不变。", example: "tier-1" },
        experience: { label: "所需经验值", help: "本季累计达到即到达这一阶。", example: "100" },
        rewards: { label: "免费奖励", help: "人人可得，最多 3 项。" },
        paid_rewards: { label: "进阶奖励", help: "解锁后可得，最多 3 项。" },
      },
    },
    choice: {
      SeasonPeriod: { default: "默认（固定日期）", fixed: "固定日期", month: "自然月", quarter: "自然季度" },
    },
    add: { Season: "添加赛季", SeasonTier: "添加阶位" },
  },
  {
    group: {
      Season: { what: "Name and time", tiers: "Tiers", paid: "Paid track and claims", late: "Late events" },
      SeasonTier: { what: "Threshold and rewards" },
    },
    summary: { seasons: "{count} season | {count} seasons", tiers: "{count} tier | {count} tiers" },
    field: {
      Program: { seasons: { label: "Seasons" } },
      Season: {
        id: {
          label: "Id",
          help: "Begins with a lower-case letter. What has begun under it keeps its beginning.",
          example: "winter",
        },
        title: { label: "Title that viewers see" },
        period: {
          label: "Period",
          help: "Months and quarters go by the program's time zone, each from zero.",
        },
        starts_at: { label: "Begins" },
        ends_at: { label: "Ends", help: "What is not claimed is given then." },
        lateness: {
          label: "Waits for late events",
          help: "What happened in the season and is told this late still counts. Default 5m.",
          example: "5m",
        },
        tiers: { label: "Tiers", help: "The lowest first, at most 100; each asks for more experience." },
        paid_privilege_id: {
          label: "Privilege that opens the paid track",
          help: "An item of the mall can sell it. Who buys late gets the earlier tiers. Empty: no paid track.",
          example: "winter-pass",
        },
        payout: { label: "Payout", help: "What viewers have not claimed by the end is given then." },
      },
      SeasonTier: {
        id: { label: "Id", help: "It stays when tiers are put in between.", example: "tier-1" },
        experience: { label: "Experience", help: "From how much of the season's on.", example: "100" },
        rewards: { label: "Free rewards", help: "For everyone, at most 3." },
        paid_rewards: { label: "Paid rewards", help: "For whom the paid track is open, at most 3." },
      },
    },
    choice: {
      SeasonPeriod: {
        default: "Default (fixed dates)",
        fixed: "Fixed dates",
        month: "Month",
        quarter: "Quarter",
      },
    },
    add: { Season: "Add season", SeasonTier: "Add tier" },
  },
);
