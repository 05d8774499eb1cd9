import { PointsEntryKind, type Cause } from "@flywheel/client";
import { counted, UNIT, type Language } from "./wording.js";

/** Whether an entry of the ledger leaves the viewer less to spend, now or later. */
export function takesPoints(kind: PointsEntryKind): boolean {
  switch (kind) {
    case PointsEntryKind.EXPIRED:
    case PointsEntryKind.ADJUSTED_DOWN:
    case PointsEntryKind.SPENT:
    case PointsEntryKind.REVOKED:
    case PointsEntryKind.REVOKED_PENDING:
    case PointsEntryKind.DEBT_INCURRED:
    case PointsEntryKind.DEBT_REPAID:
    case PointsEntryKind.HELD:
      return true;
    default:
      return false;
  }
}

type Titles = Readonly<
  Record<"item" | "lottery" | "board" | "level" | "badge" | "season", (id: string) => string | undefined>
>;

/**
 * What something was given for, and how much it was multiplied: "连续签到 3 天 · 2 倍".
 *
 * @param taskTitle the title of a task by its id; undefined: it is not in the program any more
 * @param titles the same of other things; without it their ids are shown, which are no words for viewers
 */
export function causeText(
  cause: Cause | undefined,
  language: Language,
  taskTitle: (taskId: string) => string | undefined,
  titles?: Titles,
): string {
  const text = plainText(cause, language, taskTitle, titles);
  const percent = cause?.boost?.percent ?? 0;
  if (percent === 0) return text;
  const factor = percent / 100;
  return `${text} · ${language === "zh" ? `${factor}${UNIT}倍` : `×${factor}`}`;
}

function plainText(
  cause: Cause | undefined,
  language: Language,
  taskTitle: (taskId: string) => string | undefined,
  titles: Titles | undefined,
): string {
  const zh = language === "zh";
  const what = cause?.what;
  const named = (kind: keyof Titles, id: string) => (titles ? (titles[kind](id) ?? "") : id);
  switch (what?.case) {
    case "task":
      return taskTitle(what.value.taskId) ?? what.value.taskId;
    case "checkIn": {
      const { streak, cumulative, period } = what.value;
      const byShow = period.startsWith("broadcast:");
      if (zh) {
        const unit = byShow ? "场" : "天";
        return streak > 0
          ? `连续签到${UNIT}${streak}${UNIT}${unit}`
          : `累计签到${UNIT}${cumulative}${UNIT}${unit}`;
      }
      const unit = byShow ? "show" : "day";
      return streak > 0
        ? `Streak of ${counted(streak, unit, `${unit}s`, language)}`
        : `${counted(cumulative, "check-in", "check-ins", language)} in all`;
    }
    case "adjustment":
      return what.value.reason || (zh ? "人工调整" : "Adjustment");
    case "redemption":
      return `${zh ? "兑换" : "Redeemed"} ${named("item", what.value.itemId)}`.trim();
    case "draw":
      return `${zh ? "抽奖" : "Draw"} ${named("lottery", what.value.lotteryId)}`.trim();
    case "board":
      return `${zh ? "上榜奖励" : "Leaderboard prize"} ${named("board", what.value.boardId)}`.trim();
    case "level":
      return `${zh ? "升级奖励" : "Level reached"} ${named("level", what.value.levelId)}`.trim();
    case "season":
      return `${zh ? "赛季奖励" : "Season reward"} ${named("season", what.value.seasonId)}`.trim();
    case "badge":
      return `${zh ? "徽章奖励" : "Badge earned"} ${named("badge", what.value.badgeId)}`.trim();
    case "referral":
      return what.value.level === 0
        ? zh
          ? "受邀福利"
          : "For coming by an invite"
        : zh
          ? "邀请奖励"
          : "Invited a friend";
    case "gathering":
      return zh ? "助力与拼团" : "Together with others";
    case "refund":
      return zh ? "订单退款" : "Order refunded";
    case "hold":
      return what.value.reason || (zh ? "冻结" : "Set aside");
    default:
      return "";
  }
}
