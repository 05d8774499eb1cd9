import { texts } from "../../core/texts.js";

export const words = texts(
  {
    group: {
      Leaderboard: {
        what: "名称",
        counts: "比什么",
        period: "范围与周期",
        prizes: "名次奖励",
        league: "联赛",
        finer: "名次与结算",
      },
      TeamRules: { who: "队伍" },
      Team: { who: "队伍" },
    },
    summary: { leaderboards: "{count} 个排行榜" },
    field: {
      Program: {
        leaderboards: { label: "排行榜" },
        teams: { label: "队伍" },
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
        least_contribution: {
          label: "最低贡献",
          help: "队员为队伍得分不少于此数，才能分到队伍的名次奖励；默认 1。",
          example: "10",
        },
        league: {
          label: "联赛",
          help: "榜上观众按段位分成小组比赛，每期结束时升降级；一期没有得分降一级。",
        },
      },
      League: {
        divisions: { label: "段位", help: "从低到高，2 到 10 个。新观众从最低段位开始。" },
        cohort_size: { label: "每组人数", help: "2 到 100，默认 30；按得分先后坐满一组再开下一组。" },
        promoted: { label: "晋级人数", help: "满员小组的前几名，默认 7；未满的小组按比例。" },
        relegated: { label: "降级人数", help: "满员小组的后几名，默认 5；填 0 则不降级。" },
      },
      TeamRules: {
        teams: {
          label: "队伍",
          help: "2 到 100 支。观众加入一支队伍，或按直播间划分队伍；队伍得分是队员得分之和。",
        },
        change_after: {
          label: "换队间隔",
          help: "换队后多久才能再换，0s 到 365d，默认 7d。已得的分仍属原队伍。",
          example: "7d",
        },
      },
      Team: {
        id: { label: "队伍编号", help: "小写字母开头。得分记在编号下。", example: "red" },
        title: { label: "观众看到的名称" },
        picture_url: { label: "图片地址", help: "以 https:// 开头，最多 500 个字符。", example: "https://…" },
        rooms: {
          label: "所属直播间",
          help: "填写后，直播间里的得分都归这支队伍；要么每队都填，要么都不填。",
          hint: "输入直播间编号",
        },
      },
      LeagueDivision: {
        id: { label: "段位编号", help: "小写字母开头。观众的段位记在编号下。", example: "gold" },
        title: { label: "观众看到的名称" },
        rewards: { label: "升入奖励", help: "每次升入时发放，最多 5 项；最低段位不填。" },
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
        team: "队伍对抗",
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
      LeagueDivision: "添加段位",
      Team: "添加队伍",
    },
  },
  {
    group: {
      Leaderboard: {
        what: "Name",
        counts: "What scores",
        period: "Scope and period",
        prizes: "Prizes",
        league: "League",
        finer: "Ranks and settling",
      },
      TeamRules: { who: "Teams" },
      Team: { who: "Team" },
    },
    summary: { leaderboards: "{count} leaderboard | {count} leaderboards" },
    field: {
      Program: {
        leaderboards: { label: "Leaderboards" },
        teams: { label: "Teams" },
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
        least_contribution: {
          label: "Least contribution",
          help: "How much a member has scored for the team at least to get what it wins; default 1.",
          example: "10",
        },
        league: {
          label: "League",
          help: "Members play in small groups of their division, and rise and fall at each period's end; who does not score falls.",
        },
      },
      League: {
        divisions: {
          label: "Divisions",
          help: "The lowest first, 2 to 10. New viewers begin in the lowest.",
        },
        cohort_size: {
          label: "Members a group",
          help: "2 to 100, default 30. Groups fill in the order in which viewers score.",
        },
        promoted: { label: "How many rise", help: "Of a full group, default 7; of others as large a part." },
        relegated: { label: "How many fall", help: "Of a full group, default 5; 0: nobody falls." },
      },
      TeamRules: {
        teams: {
          label: "Teams",
          help: "2 to 100. Viewers join one, or teams are made of rooms; a team's score is the sum of its members'.",
        },
        change_after: {
          label: "Change again after",
          help: "How long after a change a viewer can't change again: 0s to 365d, default 7d. What was scored stays with the former team.",
          example: "7d",
        },
      },
      Team: {
        id: {
          label: "Id",
          help: "Begins with a lower-case letter. Scores are kept under it.",
          example: "red",
        },
        title: { label: "Name that viewers see" },
        picture_url: {
          label: "Picture",
          help: "Begins with https://, at most 500 characters.",
          example: "https://…",
        },
        rooms: {
          label: "Rooms",
          help: "What is scored in them counts for this team. Either every team has some, or none has.",
          hint: "Type a room's id",
        },
      },
      LeagueDivision: {
        id: {
          label: "Id",
          help: "Begins with a lower-case letter. Members are kept under it.",
          example: "gold",
        },
        title: { label: "Name that viewers see" },
        rewards: { label: "For rising to it", help: "Each time, at most 5; none in the lowest." },
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
        team: "Teams against each other",
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
      LeagueDivision: "Add division",
      Team: "Add team",
    },
  },
);
