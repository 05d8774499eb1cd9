import { texts } from "../../core/texts.js";

export default texts(
  {
    fact: {
      raised: "赛季到达第 {number} 阶（{season}）",
      lowered: "经验值被收回，赛季降到第 {number} 阶",
      opened: "解锁了赛季的进阶奖励（{season}）",
      closed: "赛季的进阶奖励已关闭（{season}）",
      ended: "赛季结束，未领取的奖励已发放（{season}）",
    },
    problem: { SEASON_NOT_FOUND: "没有这个进行中的赛季", TRACK_LOCKED: "观众还没有解锁进阶奖励" },
  },
  {
    fact: {
      raised: "Season tier {number} ({season})",
      lowered: "Experience was taken back: season tier {number}",
      opened: "Opened the paid track ({season})",
      closed: "The paid track closed ({season})",
      ended: "The season ended; what was not claimed was given ({season})",
    },
    problem: {
      SEASON_NOT_FOUND: "No such season runs",
      TRACK_LOCKED: "The paid track is not open to the viewer",
    },
  },
);
