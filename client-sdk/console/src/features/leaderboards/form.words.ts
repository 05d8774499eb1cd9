import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: {
      Leaderboard: {
        what: "名称",
        counts: "比什么",
        period: "范围与周期",
        prizes: "名次奖励",
        finer: "名次与结算",
      },
    },
    summary: { leaderboards: "{count} 个排行榜" },
    field: {
      Program: {
        leaderboards: { label: "排行榜" },
      },
      Leaderboard: {
        id: {
          label: "榜单编号",
          help: "小写字母开头。得分记在编号下，改编号等于新榜单。",
          example: "weekly-likes",
        },
        title: { label: "观众看到的标题" },
        metric: { label: "得分方式", help: "按次数、金额或观看时长累加；同分时先达到的在前。" },
        scope: { label: "榜单范围" },
        period: { label: "多久一期", help: "每期结束后结算奖励，得分从零开始。" },
        starts_at: { label: "赛季开始" },
        ends_at: { label: "赛季结束" },
        ranks: { label: "同分时的名次", help: "只影响显示；奖励按先后次序发放。" },
        lateness: {
          label: "结算等待",
          help: "结束后等多久再结算，以计入迟到的数据；0s 到 24h，默认 5m。",
        },
        prizes: { label: "名次奖励", help: "最多 20 项，名次依次增大。" },
      },
      RankPrize: {
        last_position: {
          label: "到第几名",
          help: "从上一项之后的名次算起，1 到 1000。",
          example: "10",
        },
        rewards: { label: "奖励" },
      },
    },
    choice: {
      BoardScope: {
        default: "默认（所有直播间合计）",
        merchant: "所有直播间合计",
        room: "每个直播间各一个",
      },
      BoardPeriod: {
        default: "默认（每周）",
        day: "每日",
        week: "每周",
        month: "每月",
        broadcast: "每场直播",
        season: "赛季",
        all_time: "总榜（不结算）",
      },
      RankStyle: {
        default: "默认（1、2、3、4）",
        position: "1、2、3、4：名次不并列",
        competition: "1、2、2、4：并列后跳过",
        dense: "1、2、2、3：并列后不跳过",
      },
    },
    add: {
      Leaderboard: "添加排行榜",
      RankPrize: "添加名次奖励",
    },
  },
  {
    group: {
      Leaderboard: {
        what: "Name",
        counts: "What scores",
        period: "Scope and period",
        prizes: "Prizes",
        finer: "Ranks and settling",
      },
    },
    summary: { leaderboards: "{count} leaderboard | {count} leaderboards" },
    field: {
      Program: {
        leaderboards: { label: "Leaderboards" },
      },
      Leaderboard: {
        id: {
          label: "Id",
          help: "Begins with a lower-case letter. Scores are kept under it: another id is another board.",
          example: "weekly-likes",
        },
        title: { label: "Title that viewers see" },
        metric: {
          label: "What scores",
          help: "Times, amounts or watch time are added up. Of equal scores, the first to reach it is ahead.",
        },
        scope: { label: "Scope" },
        period: {
          label: "Period",
          help: "At the end of each, prizes are settled and scores begin at zero.",
        },
        starts_at: { label: "Season begins" },
        ends_at: { label: "Season ends" },
        ranks: {
          label: "Ranks of equal scores",
          help: "How they are shown. Prizes go by who was first.",
        },
        lateness: {
          label: "Settle after",
          help: "How long late events are waited for after the end: 0s to 24h, default 5m.",
        },
        prizes: { label: "Prizes", help: "At most 20, by rising places." },
      },
      RankPrize: {
        last_position: {
          label: "Down to place",
          help: "From the place after the prize before; 1 to 1,000.",
          example: "10",
        },
        rewards: { label: "Rewards" },
      },
    },
    choice: {
      BoardScope: {
        default: "Default (all rooms together)",
        merchant: "All rooms together",
        room: "One for each room",
      },
      BoardPeriod: {
        default: "Default (weekly)",
        day: "Daily",
        week: "Weekly",
        month: "Monthly",
        broadcast: "Each broadcast",
        season: "Season",
        all_time: "All time (never settled)",
      },
      RankStyle: {
        default: "Default (1, 2, 3, 4)",
        position: "1, 2, 3, 4: nobody shares",
        competition: "1, 2, 2, 4: the next counts everyone above",
        dense: "1, 2, 2, 3: the next is the next number",
      },
    },
    add: {
      Leaderboard: "Add leaderboard",
      RankPrize: "Add prize",
    },
  },
);
