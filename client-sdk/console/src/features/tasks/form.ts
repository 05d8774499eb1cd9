import { getAt, type Fields, type Value } from "../../program/document.js";
import { formPart } from "../../program/part.js";
import { freeId } from "../../program/parts.js";
import { list } from "../../program/sentence.js";
import { words } from "./form.words.js";
import { taskSentence } from "./sentence.js";

const inCustomWindow = (window: Fields) => window["kind"] === "custom";

function beyond(value: Value, first: number): Value {
  if (typeof value === "number") return value * 2;
  const duration = typeof value === "string" ? /^(\d+)([dhms])$/.exec(value) : null;
  return duration ? `${Number(duration[1]) * 2}${duration[2] ?? ""}` : first;
}

export default formPart({
  words,
  sections: [{ order: 10, fields: ["tasks"] }],
  groups: {
    Task: [
      { key: "what", fields: ["title", "description", "id"] },
      { key: "counts", fields: ["trigger", "custom", "of_task", "count", "window"] },
      { key: "tiers", fields: ["tiers", "payout", "repeat"] },
      { key: "who", fields: ["goal", "requires", "hidden", "audience"] },
      { key: "narrower", fields: ["condition", "rooms"], rare: true },
      { key: "limits", fields: ["rate_limit", "cap", "budget"], rare: true },
    ],
  },
  relevant: {
    "Window.starts_at": inCustomWindow,
    "Window.ends_at": inCustomWindow,
  },
  always: ["Task.window"],
  references: { "Task.requires": "tasks" },
  durations: {
    "Tier.threshold": (task) =>
      task["trigger"] === "watch" && ["undefined", "seconds"].includes(String(task["count"])),
  },
  beginnings: {
    "Task.cap": () => ({ tiers: 1, per: "day" }),
    "Task.budget": () => ({ points: 10000, per: "day" }),
    "Task.rate_limit": () => ({ times: 60, per: "1m" }),
  },
  items: {
    Task: (before) => ({
      id: freeId("tasks", before),
      title: { zh: "今日点赞", en: "Likes today" },
      trigger: "like",
      window: "day",
      tiers: [{ threshold: 10, rewards: [{ points: 5 }] }],
    }),
    Tier: (before) => ({
      threshold: beyond(getAt(before.at(-1), ["threshold"]), 1),
      rewards: [{ points: 10 }],
    }),
  },
  sentences: { tasks: taskSentence },
  summary: (program, { t }) => {
    const count = list(program["tasks"]).length;
    return t("program.summary.tasks", count);
  },
  mistakes: [
    [/^an id of its own; (.+) has this one$/, "唯一的编号，$1 已使用"],
    [/^the id of a task$/, "已有任务的编号"],
    [/^another task; a task never counts its own tiers$/, "其他任务；任务不计自己的档位"],
    [/^more than the tier before, (.+)$/, "大于上一档（$1）"],
    [/^at most (\d+), the most distinct texts that are counted$/, "最多 $1，不重复的评论只计到此数"],
    [/^at most (\d+), the days of the window$/, "最多 $1，即计数周期的天数"],
    [/^points or tiers, or both$/, "最多积分 points 或最多几档 tiers，至少填一项"],
    [/^one action could set off ([\d,]+) facts$/, "一次行为最多会引出 $1 个事实"],
    [
      /^at most ([\d,]+); give the task a cap, a higher threshold, or rewards that are amounts such as points$/,
      "最多 $1；请设上限、提高门槛，或改用积分等可累加的奖励",
    ],
    [
      /^at most ([\d,]+); give the task one tier, or a higher last threshold$/,
      "最多 $1；请只留一档，或提高最后一档的门槛",
    ],
    [/^nothing; no tier of the task gives points$/, "不填；任务的档位都不发积分"],
    [/^each task once$/, "每个任务只列一次"],
    [/^each room once$/, "每个房间只列一次"],
    [/^nothing; it is only for the trigger custom$/, "不填；仅用于自定义事件（custom）"],
    [
      /^nothing; it is only for the triggers tier_reached and task_completed$/,
      "不填；仅用于达成其他任务档位（tier_reached）和完成其他任务（task_completed）",
    ],
    [/^nothing; it is only for the window custom$/, "不填；仅用于限时周期（custom）"],
    [/^the name of the custom event that counts$/, "所计的自定义事件名"],
    [/^another trigger, for the program has no check_in$/, "其他行为；方案没有开启签到（check_in）"],
    [/^the time when the window begins$/, "限时周期的开始时间"],
    [/^the time when the window ends$/, "限时周期的结束时间"],
    [/^after starts_at, (.+)$/, "晚于开始时间 starts_at（$1）"],
    [
      /^times; only order, repurchase, custom, points_earned and invitee_ordered have amounts$/,
      "次数 times；只有下单（order）、复购（repurchase）、自定义事件（custom）、获得积分（points_earned）和好友下单（invitee_ordered）有金额或数量",
    ],
    [
      /^times; distinct_invitees are only for the triggers invitee_entered, invitee_stayed and invitee_ordered$/,
      "次数 times；不同的新朋友 distinct_invitees 仅用于邀请类触发",
    ],
    [/^at most 1000, the most distinct invitees that are counted$/, "最多 1000，计数的新朋友数上限"],
    [/^times; seconds are only for the trigger watch$/, "次数 times；观看时长 seconds 仅用于观看（watch）"],
    [
      /^times; distinct_texts are only for the trigger comment$/,
      "次数 times；不重复的评论 distinct_texts 仅用于评论（comment）",
    ],
    [
      /^times; distinct_keys are only for the triggers share and click$/,
      "次数 times；不重复的对象 distinct_keys 仅用于分享（share）和点击（click）",
    ],
    [
      /^times, amount or seconds; a goal of the room adds up what everyone counts$/,
      "次数 times、金额或数量 amount，或观看时长 seconds；全场合计把每个人的计数相加",
    ],
    [/^false; a goal of the room does not repeat$/, "false；全场合计的任务不会重新开始"],
    [
      /^a whole number; durations are for tasks that count seconds of watch time$/,
      "整数；只有按观看时长计数的任务可以填时长",
    ],
    [/^prerequisites that do not lead back to the task$/, "不绕回自身的前置任务"],
    [
      /^a chain that ends; give one of these tasks a cap, or take away its repeat$/,
      "会结束的任务链；请为其中一个任务设每人上限（cap），或关闭重新开始（repeat）",
    ],
  ],
});
