import { LotteryService, ViewerService, type LotteryView } from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { millisOf } from "../../core/time.js";

export interface Lotteries {
  /** In the program's order; undefined: not read yet. */
  readonly lotteries: readonly LotteryView[] | undefined;
  /** What the viewer can spend; undefined: not known. */
  readonly balance: bigint | undefined;
  /** The latest entry that is part of it; 0: not known. */
  readonly entryNumber: bigint;
  /** How far the service's clock, by which lotteries begin and end, is ahead of this device's; in milliseconds. */
  readonly aheadMillis: number;
  /** How many tickets the viewer has, by the lottery's id. */
  readonly tickets: Readonly<Record<string, bigint>>;
}

export const lottery: Slice<Lotteries> = {
  id: "lottery",
  initial: { lotteries: undefined, balance: undefined, entryNumber: 0n, aheadMillis: 0, tickets: {} },
  reduce(state, { what }) {
    switch (what.case) {
      case "pointsBooked":
        return what.value.entryNumber < state.entryNumber
          ? state
          : { ...state, balance: what.value.balance, entryNumber: what.value.entryNumber };
      case "ticketsBooked":
        return {
          ...state,
          tickets: { ...state.tickets, [what.value.lotteryId]: what.value.balance },
        };
      default:
        return state;
    }
  },
  // The next draw has another commitment, wherever the last one was made; who may draw hangs on what is held.
  isStale: (_, facts) =>
    facts.some(({ what }) =>
      ["drawn", "stakesRefunded", "grantIssued", "grantRevoked", "taskCompleted"].includes(what.case ?? ""),
    ),
  read: async ({ flywheel }) => {
    const [{ lotteries, toldAt }, { viewer }] = await Promise.all([
      flywheel.service(LotteryService).listLotteries({}),
      flywheel.service(ViewerService).getViewer({}),
    ]);
    const aheadMillis = toldAt ? millisOf(toldAt) - Date.now() : 0;
    return (state) => ({
      ...state,
      lotteries,
      aheadMillis,
      balance: viewer?.points?.balance ?? 0n,
      tickets: Object.fromEntries((viewer?.tickets ?? []).map(({ lotteryId, count }) => [lotteryId, count])),
    });
  },
  endsAtMillis: ({ lotteries, aheadMillis }) =>
    (lotteries ?? [])
      .flatMap(({ lottery: each }) => [each?.startsAt, each?.endsAt])
      .filter((end) => end !== undefined)
      .map((end) => millisOf(end) - aheadMillis),
};

export function viewOf({ lotteries }: Lotteries, id: string | undefined): LotteryView | undefined {
  return lotteries?.find(({ lottery: each }) => each?.id === id);
}

/** Why the viewer can't draw now; undefined: nothing is known that speaks against it. */
export type Hindrance = "withdrawn" | "soon" | "ended" | "limit" | "tickets" | "points" | undefined;

/** @param deviceMillis what this device's clock says */
export function hindrance(view: LotteryView, state: Lotteries, deviceMillis: number): Hindrance {
  const nowMillis = deviceMillis + state.aheadMillis;
  const { lottery: rules, allowed } = view;
  if (view.withdrawal) return "withdrawn";
  if (rules?.startsAt && millisOf(rules.startsAt) > nowMillis) return "soon";
  if (rules?.endsAt && millisOf(rules.endsAt) <= nowMillis) return "ended";
  if (allowed === 0) return "limit";
  const cost = rules?.cost?.kind;
  if (cost?.case === "points" && state.balance !== undefined && state.balance < cost.value.amount) {
    return "points";
  }
  if (cost?.case === "ticket" || cost?.case === undefined) {
    const { lotteryId, count } = ticketsFor(view);
    if ((state.tickets[lotteryId] ?? 0n) < BigInt(count)) return "tickets";
  }
  return undefined;
}

/** The tickets that a draw costs, where it costs any. */
export function ticketsFor({ lottery: rules }: LotteryView): { lotteryId: string; count: number } {
  const cost = rules?.cost?.kind;
  return cost?.case === "ticket"
    ? { lotteryId: cost.value.lotteryId, count: cost.value.count ?? 1 }
    : { lotteryId: rules?.id ?? "", count: 1 };
}

/** After how many more draws that win nothing the pity's prize is certain; undefined: there is no pity. */
export function drawsToPity({ lottery: rules, misses }: LotteryView): number | undefined {
  return rules?.pity ? Math.max(0, rules.pity.misses - misses) : undefined;
}
