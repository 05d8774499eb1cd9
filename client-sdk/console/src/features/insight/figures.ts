import { VisitFigure, type DayReport } from "@flywheel/client";
import { durationText } from "@flywheel/look";
import { count, money, percent } from "../../shell/format.js";
import { language } from "../../shell/preferences.js";

/** A figure of the merchant's table. */
export interface Figure {
  readonly key: string;
  readonly of: (day: DayReport) => number;
  readonly show: (day: DayReport) => string;
  /** Whether it is of all together rather than of how many. */
  readonly isMean?: true;
}

/** vue-i18n's `t`. */
type Say = (key: string) => string;

const plain = (key: string, of: (day: DayReport) => bigint | undefined): Figure => ({
  key,
  of: (day) => Number(of(day) ?? 0n),
  show: (day) => count(of(day) ?? 0n),
});
const share = (key: string, of: (day: DayReport) => number): Figure => ({
  key,
  of,
  show: (day) => percent(of(day), 1_000),
  isMean: true,
});

/** In the order of the merchant's table. */
export const FIGURES: readonly Figure[] = [
  plain("visits", (day) => day.visits),
  plain("viewers", (day) => day.viewers?.count),
  plain("firstVisits", (day) => day.firstVisits),
  plain("referred", (day) => day.counts?.referred),
  {
    key: "stay",
    of: (day) => Number(day.stayMillis),
    show: (day) => durationText(Math.round(Number(day.stayMillis) / 1_000), language.value),
    isMean: true,
  },
  {
    key: "interactions",
    of: (day) => Number(day.interactionsPerMille),
    show: (day) => (Number(day.interactionsPerMille) / 1_000).toFixed(1),
    isMean: true,
  },
  share("follow", (day) => day.followPerMille),
  plain("newFollowers", (day) => day.counts?.newFollowers),
  plain("referredFollowers", (day) => day.counts?.referredFollowers),
  share("highRetention", (day) => day.highRetentionPerMille),
  plain("clicks", (day) => day.counts?.clicks),
  plain("orders", (day) => day.counts?.orders),
  {
    key: "ordered",
    of: (day) => Number(day.counts?.orderedMinor ?? 0n),
    show: (day) => money(day.counts?.orderedMinor ?? 0n),
  },
  plain("repurchases", (day) => day.counts?.repurchases),
  plain("leads", (day) => day.counts?.leads),
  plain("groupJoins", (day) => day.counts?.groupJoins),
  plain("points", (day) => day.counts?.points),
  plain("rewards", (day) => day.counts?.rewards),
];

/** Which visits count in a figure. */
export const VISITS_OF: Readonly<Record<string, VisitFigure>> = {
  visits: VisitFigure.UNSPECIFIED,
  viewers: VisitFigure.UNSPECIFIED,
  firstVisits: VisitFigure.FIRST_VISITS,
  referred: VisitFigure.REFERRED,
  stay: VisitFigure.UNSPECIFIED,
  interactions: VisitFigure.INTERACTIONS,
  follow: VisitFigure.FOLLOWS,
  newFollowers: VisitFigure.NEW_FOLLOWERS,
  referredFollowers: VisitFigure.REFERRED_FOLLOWERS,
  highRetention: VisitFigure.HIGH_RETENTION,
  clicks: VisitFigure.CLICKS,
  orders: VisitFigure.ORDERS,
  ordered: VisitFigure.ORDERS,
  repurchases: VisitFigure.REPURCHASES,
  leads: VisitFigure.LEADS,
  groupJoins: VisitFigure.GROUP_JOINS,
  points: VisitFigure.POINTS,
  rewards: VisitFigure.REWARDS,
};

/** Whether a figure was left out, for it is of too few people. */
export function isLeftOut(figure: Figure, day: DayReport): boolean {
  return day.suppressed && figure.of(day) === 0;
}

/** A figure as it is shown. */
export function shown(figure: Figure, day: DayReport, say: Say): string {
  if (isLeftOut(figure, day)) return figure.isMean ? "—" : say("insight.few");
  const about = figure.key === "viewers" && day.viewers?.exact === false;
  return `${about ? `${say("insight.approx")} ` : ""}${figure.show(day)}`;
}
