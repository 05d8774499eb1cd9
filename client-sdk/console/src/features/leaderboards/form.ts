import { getAt, type Fields } from "../../program/document.js";
import { formPart, type FormSay } from "../../program/part.js";
import { freeId } from "../../program/parts.js";
import { list, rewardsOfSteps } from "../../program/sentence.js";
import { words } from "./form.words.js";

const isOfTeams = (board: Fields) => board["scope"] === "team";
const mayHaveLeague = (board: Fields) =>
  board["scope"] !== "room" &&
  !isOfTeams(board) &&
  ["day", "week", "month"].includes(String(board["period"] ?? "week"));
const isSeason = (board: Fields) => board["period"] === "season";

/** A board in a line: "每周 · 点赞 → 500 / 100 积分". */
function boardSentence(board: Fields, say: FormSay): string {
  const period = say.t(`program.choice.BoardPeriod.${String(board["period"] ?? "week")}`, 1);
  const trigger = getAt(board, ["metric", "trigger"]);
  const counted = trigger === undefined ? "" : say.t(`program.choice.Trigger.${String(trigger)}`, 1);
  const scope = String(board["scope"] ?? "merchant");
  const room = scope === "merchant" ? "" : say.t(`program.choice.BoardScope.${scope}`, 1);
  const prizes = rewardsOfSteps(
    list(board["prizes"]).map((prize) => list(prize["rewards"])),
    say,
  );
  const what = [period, room, counted].filter(Boolean).join(" · ");
  return prizes ? `${what} → ${prizes}` : what;
}

/** Teams in a line: "红队、蓝队". */
function teamsSentence(rules: Fields, say: FormSay): string {
  return list(rules["teams"])
    .map((team) => {
      const title = team["title"];
      if (typeof title === "string") return title;
      return String(getAt(team, ["title", say.language]) ?? getAt(team, ["title", "zh"]) ?? "");
    })
    .filter(Boolean)
    .join(say.language === "zh" ? "、" : ", ");
}

export default formPart({
  words,
  sections: [
    { order: 60, fields: ["leaderboards"] },
    { order: 61, fields: ["teams"] },
  ],
  groups: {
    Leaderboard: [
      { key: "what", fields: ["title", "id"] },
      { key: "counts", fields: ["metric"] },
      { key: "period", fields: ["scope", "period", "starts_at", "ends_at"] },
      { key: "prizes", fields: ["prizes", "least_contribution"] },
      { key: "league", fields: ["league"], rare: true },
      { key: "finer", fields: ["ranks", "lateness"], rare: true },
    ],
    TeamRules: [{ key: "who", fields: ["teams", "change_after"] }],
    Team: [{ key: "who", fields: ["title", "id", "picture_url", "rooms"] }],
  },
  relevant: {
    "Leaderboard.starts_at": isSeason,
    "Leaderboard.ends_at": isSeason,
    "Leaderboard.prizes": (board) => board["period"] !== "all_time",
    "Leaderboard.league": mayHaveLeague,
    "Leaderboard.least_contribution": isOfTeams,
    "TeamRules.change_after": (rules) => !list(rules["teams"]).some(({ rooms }) => list(rooms).length > 0),
  },
  beginnings: {
    "Program.teams": () => ({
      teams: [
        { id: "red", title: { zh: "红队", en: "Red" } },
        { id: "blue", title: { zh: "蓝队", en: "Blue" } },
      ],
    }),
    "Leaderboard.league": () => ({
      divisions: [
        { id: "bronze", title: { zh: "青铜", en: "Bronze" } },
        { id: "silver", title: { zh: "白银", en: "Silver" }, rewards: [{ points: 20 }] },
        { id: "gold", title: { zh: "黄金", en: "Gold" }, rewards: [{ points: 50 }] },
      ],
    }),
  },
  possible: {
    "Leaderboard.period": (period, board) => period !== "broadcast" || board["scope"] === "room",
  },
  always: ["Leaderboard.metric"],
  items: {
    Leaderboard: (before) => ({
      id: freeId("boards", before),
      title: { zh: "点赞周榜", en: "Likes of the week" },
      metric: { trigger: "like" },
      period: "week",
      prizes: [{ last_position: 1, rewards: [{ points: 100 }] }],
    }),
    LeagueDivision: (before) => ({
      id: freeId("division", before),
      title: { zh: "新段位", en: "New division" },
      rewards: [{ points: 50 }],
    }),
    Team: (before) => ({ id: freeId("team", before), title: { zh: "新队伍", en: "New team" } }),
    RankPrize: (before) => {
      const last = getAt(before.at(-1), ["last_position"]);
      return { last_position: typeof last === "number" ? last + 9 : 1, rewards: [{ points: 10 }] };
    },
  },
  sentences: { leaderboards: boardSentence, teams: teamsSentence },
  summary: (program, { t }) => {
    const count = list(program["leaderboards"]).length;
    return count > 0 ? t("program.summary.leaderboards", count) : "";
  },
  mistakes: [
    [/^a time; the period is a season$/, "时间；周期为赛季（season）时必填"],
    [/^nothing; it is only for the period season$/, "不填；仅用于赛季（season）"],
    [/^nothing; the period all_time has no end$/, "不填；总榜（all_time）没有结束，不能设奖励"],
    [
      /^times, amount or seconds; a score is a sum$/,
      "次数 times、金额或数量 amount，或观看时长 seconds；得分由此累加",
    ],
    [/^more than the position before, (.+)$/, "大于上一项的名次（$1）"],
    [
      /^nothing; it is only for the scope merchant and the periods day, week and month$/,
      "不填；联赛仅用于所有直播间合计、每日每周或每月的榜单",
    ],
    [
      /^merchant or room; the program has no teams$/,
      "所有直播间合计 merchant 或每个直播间 room；方案里还没有队伍",
    ],
    [/^nothing; it is only for the scope team$/, "不填；仅用于队伍对抗（team）的榜单"],
    [/^a room at least; other teams have rooms$/, "至少一个直播间；其他队伍已指定直播间"],
    [/^a room that no team has yet$/, "还没有归入任何队伍的直播间"],
    [/^nothing; the teams have rooms, and nobody joins them$/, "不填；队伍按直播间划分，无需加入"],
    [/^an id that no other division has$/, "其他段位没有用过的编号"],
    [/^nothing; nobody rises to the lowest division$/, "不填；没有人升入最低段位"],
    [/^with relegated at most the size of a cohort, (\d+)$/, "与降级人数合计不超过每组人数（$1）"],
    [/^room; a broadcast is of one room$/, "每个直播间 room；一场直播只属于一个直播间"],
  ],
});
