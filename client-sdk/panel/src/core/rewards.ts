import type { Cause, Fact, Reward } from "@flywheel/client";

/** Whether what was given is not celebrated: a badge, with what it brought, that was awarded for the past. */
export function isSilent(cause: Cause | undefined): boolean {
  return cause?.what.case === "badge" && cause.what.value.silent;
}

/** What is celebrated at once: the rewards of one action, or of several that came while another was shown. */
export interface Moment {
  /** Points that can be spent at once. */
  readonly points: number;
  /** Points that are pending. */
  readonly pending: number;
  /** Everything but points, alike ones added up. */
  readonly rewards: readonly Reward[];
  readonly causes: readonly Cause[];
  /** The tasks that opened. */
  readonly unlocked: readonly string[];
  /** What happened, to be said where nothing was given. */
  readonly occasion: Note | undefined;
  /** What else there is to say. */
  readonly notes: readonly Note[];
}

/** A sentence in each language. */
export interface Note {
  readonly zh: string;
  readonly en: string;
}

/** Whether something was given. */
export function isReward({ points, pending, rewards }: Moment): boolean {
  return points > 0 || pending > 0 || rewards.length > 0;
}

/** What a fact gives to celebrate, and by which key it is known: ledger entries and grants are numbered for each viewer. */
export type Celebration = { readonly key: string; readonly moment: Moment } | undefined;

/** Which rewards were celebrated already. */
export class Celebrated {
  readonly #seen = new Set<string>();
  readonly #momentsOf: (fact: Fact) => readonly Celebration[];

  constructor(momentsOf: (fact: Fact) => readonly Celebration[]) {
    this.#momentsOf = momentsOf;
  }

  /** What of these facts is new and to be celebrated; undefined: nothing. The same facts again give nothing. */
  take(facts: readonly Fact[]): Moment | undefined {
    const moments = facts.flatMap(this.#momentsOf).flatMap((found) => {
      if (!found || this.#seen.has(found.key)) {
        return [];
      }
      this.#seen.add(found.key);
      return [found.moment];
    });
    return moments.length > 0 ? moments.reduce(merge) : undefined;
  }
}

/** Two moments as one. */
export function merge(one: Moment, other: Moment): Moment {
  return {
    points: one.points + other.points,
    pending: one.pending + other.pending,
    rewards: other.rewards.reduce(addReward, one.rewards),
    causes: [
      ...one.causes,
      ...other.causes.filter((cause) => !one.causes.some((known) => isSame(known, cause))),
    ],
    unlocked: [...new Set([...one.unlocked, ...other.unlocked])],
    occasion: other.occasion ?? one.occasion,
    notes: [...one.notes, ...other.notes],
  };
}

/** A moment without anything, to be filled in. */
export const noMoment: Moment = {
  points: 0,
  pending: 0,
  rewards: [],
  causes: [],
  unlocked: [],
  occasion: undefined,
  notes: [],
};

function addReward(rewards: readonly Reward[], added: Reward): readonly Reward[] {
  const at = rewards.findIndex((reward) => sum(reward, added) !== undefined);
  return at < 0
    ? [...rewards, added]
    : rewards.map((reward, index) => (index === at ? (sum(reward, added) ?? reward) : reward));
}

/** Two rewards of one kind that is counted as one reward; undefined: they are not alike. */
function sum(one: Reward, other: Reward): Reward | undefined {
  const [a, b] = [one.kind, other.kind];
  if (a.case === "experience" && b.case === "experience") {
    return { ...one, kind: { ...a, value: { ...a.value, amount: a.value.amount + b.value.amount } } };
  }
  if (a.case === "makeUpCard" && b.case === "makeUpCard") {
    return { ...one, kind: { ...a, value: { ...a.value, count: a.value.count + b.value.count } } };
  }
  if (a.case === "freeze" && b.case === "freeze") {
    return { ...one, kind: { ...a, value: { ...a.value, count: a.value.count + b.value.count } } };
  }
  if (a.case === "ticket" && b.case === "ticket" && a.value.lotteryId === b.value.lotteryId) {
    const count = (a.value.count ?? 1) + (b.value.count ?? 1);
    return { ...one, kind: { ...a, value: { ...a.value, count } } };
  }
  return undefined;
}

function isSame(one: Cause, other: Cause): boolean {
  const [a, b] = [one.what, other.what];
  if (a.case === "task" && b.case === "task") {
    return a.value.taskId === b.value.taskId;
  }
  if (a.case === "checkIn" && b.case === "checkIn") {
    return a.value.streak === b.value.streak && a.value.cumulative === b.value.cumulative;
  }
  return a.case === b.case && a.case !== "adjustment";
}
