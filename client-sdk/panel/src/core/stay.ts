import type { ConnectionState, FlywheelError, RoomState, Viewer } from "@flywheel/client";
import type { ProgramParts } from "./feature.js";

/** What the panel knows of the stay in the room itself. Never changed in place: each update makes another. */
export interface Stay {
  readonly load: "loading" | "ready" | "failed" | "signedOut";
  /** With "failed": why. */
  readonly failure: FlywheelError | undefined;
  /** Whether the merchant has applied no program yet. */
  readonly noProgram: boolean;
  readonly connection: ConnectionState;
  readonly presence: RoomState;
  readonly programVersion: bigint;
  /** What the program has; undefined: not known yet. */
  readonly program: ProgramParts | undefined;
  /** The ISO 4217 code of what its amounts of money are in; empty: the default. */
  readonly currency: string;
  /** Likes that no answer has confirmed yet. */
  readonly likesWaiting: number;
  /** As many of them as are sure to count. */
  readonly likesAhead: number;
  /** Likes that did not count since they came too fast, and when that was told last, by this device's clock. */
  readonly likesTooFast: { readonly count: number; readonly atMillis: number };
  /** By this device's clock: until when watch time is credited. */
  readonly creditedAtMillis: number;
}

export const initialStay: Stay = {
  load: "loading",
  failure: undefined,
  noProgram: false,
  connection: "connecting",
  presence: "entering",
  programVersion: 0n,
  program: undefined,
  currency: "",
  likesWaiting: 0,
  likesAhead: 0,
  likesTooFast: { count: 0, atMillis: 0 },
  creditedAtMillis: 0,
};

/** The program as a viewer's standing tells it. */
export function withProgram(stay: Stay, { programVersion, programParts, currency }: Viewer): Stay {
  return { ...stay, programVersion, program: new Set(programParts), currency };
}

/** How long it is said that likes came too fast. */
const saidMillis = 5_000;

/** How many likes did not count lately since they came too fast. */
export function tooFastLately({ likesTooFast }: Stay, nowMillis: number): number {
  return nowMillis - likesTooFast.atMillis < saidMillis ? likesTooFast.count : 0;
}
