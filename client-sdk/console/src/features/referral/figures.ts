import type { ReferralFigures } from "@flywheel/client";

const STEPS = [
  "shares",
  "opened",
  "accepted",
  "entered",
  "stayed",
  "followed",
  "joinedGroup",
  "orders",
] as const;

export interface FunnelStep {
  readonly name: (typeof STEPS)[number];
  readonly value: bigint;
  /** Its part of the largest step, 0 to 1. */
  readonly share: number;
}

/** How far invitees came; steps that no rule asks for and nobody came to are left out, but for the first four. */
export function funnelOf(figures: ReferralFigures): FunnelStep[] {
  const largest = STEPS.reduce((most, name) => (figures[name] > most ? figures[name] : most), 1n);
  return STEPS.filter((name, place) => place < 4 || figures[name] > 0n).map((name) => ({
    name,
    value: figures[name],
    share: Number(figures[name]) / Number(largest),
  }));
}

/** What one costs or brings; undefined: there is none. */
export function each(sum: bigint, of: bigint): number | undefined {
  return of > 0n ? Number(sum) / Number(of) : undefined;
}
