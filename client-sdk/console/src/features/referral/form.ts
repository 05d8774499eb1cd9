import type { Fields } from "../../program/document.js";
import { formPart, type FormSay } from "../../program/part.js";
import { freeId } from "../../program/parts.js";
import { list, textOf } from "../../program/sentence.js";
import { words } from "./form.words.js";

const isOrdered = (rule: Fields) => rule["on"] === "ordered";
const isEntered = (rule: Fields) => rule["on"] === "entered";
const isStayed = (rule: Fields) => rule["on"] === "stayed";
const asksReturning = ({ newcomers }: Fields) => Array.isArray(newcomers) && newcomers.includes("returning");

/** Campaigns in a line, by their titles. */
function summary(program: Fields, { t, language }: FormSay): string {
  const referral = program["referral"] as Fields | undefined;
  const campaigns = list(referral?.["campaigns"]);
  return campaigns.length > 0
    ? `${t("program.summary.referral", campaigns.length)}${campaigns[0] ? ` · ${textOf(campaigns[0]["title"], language)}` : ""}`
    : "";
}

export default formPart({
  words,
  sections: [{ order: 60, fields: ["referral"] }],
  groups: {
    ReferralRules: [
      { key: "", fields: ["campaigns"] },
      { key: "together", fields: ["gatherings", "joins_per_day"], rare: true },
      { key: "links", fields: ["landing_url", "mini_program_path"], rare: true },
      { key: "guard", fields: ["guard"], rare: true },
    ],
    ReferralCampaign: [
      { key: "what", fields: ["title", "description", "id", "shares", "picture_url"] },
      { key: "pays", fields: ["rules", "levels"] },
      { key: "who", fields: ["newcomers", "returning_after_days", "attribution", "window"] },
      { key: "when", fields: ["starts_at", "ends_at"], rare: true },
    ],
    ReferralRule: [
      {
        key: "",
        fields: [
          "on",
          "minutes",
          "orders",
          "inviter",
          "points_per_100_minor",
          "invitee",
          "second_level",
          "id",
        ],
      },
      { key: "bounds", fields: ["once_active", "hold", "per_day", "in_all"], rare: true },
    ],
  },
  relevant: {
    "ReferralRule.minutes": isStayed,
    "ReferralRule.once_active": isEntered,
    "ReferralRule.orders": isOrdered,
    "ReferralRule.points_per_100_minor": isOrdered,
    "ReferralCampaign.returning_after_days": asksReturning,
  },
  required: ["ReferralRule.on"],
  beginnings: {
    "Program.referral": () => ({
      campaigns: [
        {
          id: "friends",
          title: { zh: "邀请好友", en: "Bring a friend" },
          rules: [{ id: "come", on: "entered", inviter: [{ points: 30 }], invitee: [{ points: 20 }] }],
        },
      ],
    }),
  },
  items: {
    ReferralCampaign: (before) => ({
      id: freeId("campaign", before),
      title: { zh: "邀请好友", en: "Bring a friend" },
      rules: [{ id: "come", on: "entered", inviter: [{ points: 30 }] }],
    }),
    GatheringRule: (before) => ({
      id: freeId("gathering", before),
      title: { zh: "好友助力", en: "Friends help" },
      people: 5,
      leader: [{ points: 100 }],
    }),
    ReferralRule: (before) => ({ id: freeId("rule", before), on: "ordered", inviter: [{ points: 100 }] }),
  },
  summary,
  mistakes: [
    [/^\^\(\(https:.+$/, "完整的安全网址，或以 / 开头的路径"],
    [/^a reward for the inviter, or for the invitee$/, "邀请人或新朋友的奖励"],
    [/^a reward for the leader, or for the others$/, "发起人或其他人的奖励"],
    [/^nothing; it is only for newcomers that are returning$/, "留空；仅用于“回流用户”"],
    [/^nothing; it is only for the step (\w+)$/, "留空；仅用于 $1"],
    [/^1 to 1440; the step is stayed$/, "1 到 1440；触发为停留"],
    [/^nothing; the campaign pays one level$/, "留空；活动只奖励一级"],
    [/^another rule than the campaign began with$/, "与活动开始时的规则不同"],
    [
      /^changes of title, description, picture_url, shares and ends_at only; give a new campaign an id of its own$/,
      "只能改名称、说明、卡片图、可分享内容和结束时间；新规则请用新的活动编号",
    ],
    [/^a trigger that happens; the program has no campaign of referral$/, "会发生的触发；方案里没有邀请活动"],
  ],
});
