import { ReminderReason, type ReminderSent } from "@flywheel/client";
import type { Slice } from "../../core/feature.js";
import { millisOf } from "../../core/time.js";

/** What the viewer was reminded of, newest first. */
export type Reminders = readonly ReminderSent[];

export const reminders: Slice<Reminders> = {
  id: "reminders",
  initial: [],
  snapshot: (_, viewer) => viewer.reminders,
  reduce(state, { what }) {
    if (what.case === "reminderSent") {
      const sent = what.value;
      return [sent, ...state.filter(({ reminderNumber }) => reminderNumber !== sent.reminderNumber)];
    }
    // A streak that goes on needs no reminder any more.
    return what.case === "checkedIn" && !what.value.madeUp
      ? state.filter(({ reason }) => reason !== ReminderReason.STREAK_ENDS)
      : state;
  },
};

/** Those that are of use at a time. */
export function ofUse(state: Reminders, nowMillis: number): Reminders {
  return state.filter(({ endsAt }) => !endsAt || millisOf(endsAt) > nowMillis);
}
