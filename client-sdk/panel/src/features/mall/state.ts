import {
  MallService,
  PointsService,
  RedemptionState,
  type Fact,
  type MallItemView,
  type Redemption,
} from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { noMoment, type Celebration } from "../../core/rewards.js";
import { millisOf } from "../../core/time.js";

export interface Mall {
  /** In the program's order; undefined: not read yet. */
  readonly items: readonly MallItemView[] | undefined;
  /** What the viewer can spend; undefined: not known. */
  readonly balance: bigint | undefined;
  /** The latest entry that is part of it; 0: not known. */
  readonly entryNumber: bigint;
  /** What was redeemed here, newest first: the history may have been read before it. */
  readonly fresh: readonly Redemption[];
  /** How far redemptions are by what was told since, by their ids. */
  readonly moved: Readonly<Record<string, RedemptionState>>;
}

export const mall: Slice<Mall> = {
  id: "mall",
  initial: { items: undefined, balance: undefined, entryNumber: 0n, fresh: [], moved: {} },
  reduce(state, { what }) {
    switch (what.case) {
      case "pointsBooked":
        return what.value.entryNumber < state.entryNumber
          ? state
          : { ...state, balance: what.value.balance, entryNumber: what.value.entryNumber };
      case "redemptionMoved":
        return { ...state, moved: { ...state.moved, [what.value.redemptionId]: what.value.state } };
      default:
        return state;
    }
  },
  // Whom an item is for hangs on badges, privileges and tasks; what is left, on what was sold and given back.
  isStale: (_, facts) =>
    facts.some(({ what }) =>
      ["redemptionMoved", "grantIssued", "grantRevoked", "taskCompleted"].includes(what.case ?? ""),
    ),
  read: async ({ flywheel }) => {
    const [{ items }, { balance }] = await Promise.all([
      flywheel.service(MallService).listMallItems({}),
      flywheel.service(PointsService).getBalance({}),
    ]);
    return (state) => ({ ...state, items, balance });
  },
  endsAtMillis: ({ items }) =>
    (items ?? [])
      .flatMap(({ possibleAt, item }) => [possibleAt, item?.saleEndsAt])
      .filter((end) => end !== undefined)
      .map(millisOf),
};

/** What waited and has come is told of, wherever the viewer is. */
export function moment({ what }: Fact): Celebration {
  return what.case === "redemptionMoved" && what.value.state === RedemptionState.FULFILLED
    ? {
        key: `redemption ${what.value.redemptionId}`,
        moment: { ...noMoment, occasion: { zh: "兑换的商品已到手", en: "Your redeemed item is yours" } },
      }
    : undefined;
}

export interface Shelf {
  /** The category's words; empty: none. */
  readonly title: string;
  readonly items: readonly MallItemView[];
}

/** Items of one category stand together, where the first of them stands. */
export function shelves(items: readonly MallItemView[], titleOf: (item: MallItemView) => string): Shelf[] {
  const found = new Map<string, MallItemView[]>();
  for (const item of items) {
    const title = titleOf(item);
    found.set(title, [...(found.get(title) ?? []), item]);
  }
  return [...found].map(([title, items]) => ({ title, items }));
}

/** How many points are missing to redeem an item; 0: none, or the price is not in points, or nobody knows. */
export function pointsMissing({ price }: MallItemView, balance: bigint | undefined): bigint {
  const asked = price?.kind.case === "points" ? price.kind.value.amount : 0n;
  return balance === undefined || balance >= asked ? 0n : asked - balance;
}

/** The history that was read, with what was redeemed and what has moved since. */
export function orders(read: readonly Redemption[], { fresh, moved }: Mall): readonly Redemption[] {
  const known = new Set(read.map(({ redemptionId }) => redemptionId));
  return [...fresh.filter(({ redemptionId }) => !known.has(redemptionId)), ...read].map((order) => ({
    ...order,
    state: moved[order.redemptionId] ?? order.state,
  }));
}
