import {
  CalendarDayState,
  CheckInService,
  FlywheelError,
  type CalendarDay,
  type CheckInRules,
  type CheckInStanding,
  type Fact,
  type GetCheckInCalendarResponse,
} from "@flywheel/client";
import type { Slice, Source } from "../../core/feature.js";
import { noMoment, type Celebration } from "../../core/rewards.js";
import { fill } from "../../core/texts.js";
import { addDays, addMonths, millisOf, monthOf, maxMonths, weekOf, type Timestamp } from "../../core/time.js";
import { texts } from "./texts.js";

/** How the viewer's check-in stands. */
export interface CheckIn {
  readonly standing: CheckInStanding;
  readonly rules: CheckInRules | undefined;
  readonly today: string;
  /** When today ends; undefined where broadcasts are counted. */
  readonly todayEndsAt: Timestamp | undefined;
  /** The days that were read, by month. */
  readonly months: Readonly<Record<string, readonly CalendarDay[]>>;
}

/** undefined: it is not known, or the program has none. */
export type CheckInState = CheckIn | undefined;

export const checkIn: Slice<CheckInState> = {
  id: "checkin",
  initial: undefined,
  snapshot(state, { checkIn: standing }) {
    // A streak of broadcasts is of one room, and the snapshot's is of the room that the viewer was in at that moment.
    return standing?.latestPeriod.startsWith("broadcast:") ? state : withStanding(state, standing);
  },
  isStale: (_, facts) =>
    facts.some(
      ({ what }) =>
        what.case === "checkedIn" ||
        what.case === "roomEntered" ||
        (what.case === "grantIssued" && isForStreaks(what.value.grant?.reward?.kind.case)),
    ),
  read: async (source, state) => {
    const calendar = await readCalendar(source, state);
    return (now) => (calendar.length > 0 ? calendar.reduce(withCalendar, now) : undefined);
  },
  endsAtMillis: (state) => (state?.todayEndsAt ? [millisOf(state.todayEndsAt)] : []),
};

function isForStreaks(kind: string | undefined): boolean {
  return kind === "makeUpCard" || kind === "freeze";
}

export function withCalendar(state: CheckInState, answer: GetCheckInCalendarResponse): CheckInState {
  const { standing, rules, today, todayEndsAt, month, days } = answer;
  const months = { ...state?.months, [month]: days };
  return standing ? { standing, rules, today, todayEndsAt, months } : state;
}

export function withStanding(state: CheckInState, standing: CheckInStanding | undefined): CheckInState {
  return standing && state ? withToday({ ...state, standing }) : state;
}

/** A check-in is seen on its day at once; the whole calendar is read a moment later. */
function withToday(state: CheckIn): CheckIn {
  const { standing, today, months } = state;
  const month = monthOf(today);
  const days = months[month];
  if (!standing.checkedInNow || !days) {
    return state;
  }
  const checkedIn = (day: CalendarDay): CalendarDay =>
    day.date === today && day.state === CalendarDayState.OPEN
      ? { ...day, state: CalendarDayState.CHECKED_IN, streak: standing.streak }
      : day;
  return { ...state, months: { ...months, [month]: days.map(checkedIn) } };
}

/** The present month, and those of this week, of tomorrow and of what was looked at; none without check-in. */
async function readCalendar({ flywheel, roomId }: Source, state: CheckInState) {
  const service = flywheel.service(CheckInService);
  try {
    const present = await service.getCheckInCalendar({ roomId });
    const { today, days } = present;
    const dates = days.length > 0 ? [...weekOf(today), addDays(today, 1)] : [];
    const months = new Set([...dates.map(monthOf), ...Object.keys(state?.months ?? {})]);
    months.delete(present.month);
    const isKept = (month: string) => month >= addMonths(present.month, -maxMonths);
    const others = [...months].filter(isKept).map((month) => service.getCheckInCalendar({ month, roomId }));
    return [...(await Promise.all(others)), present];
  } catch (caught) {
    if (FlywheelError.from(caught).is("CHECK_IN_NOT_CONFIGURED")) {
      return [];
    }
    throw caught;
  }
}

/**
 * Whether a day that was missed will be covered by a freeze with the next check-in: the streak stands although days lie
 * between its latest one and today.
 */
export function isCovered(day: CalendarDay, { standing, today }: CheckIn): boolean {
  return (
    day.state === CalendarDayState.MISSED &&
    standing.streak > 0 &&
    !standing.checkedInNow &&
    day.date > standing.latestPeriod &&
    day.date < today
  );
}

/** Each check-in is told of, also where it gives nothing; so is each freeze that it used up. */
export function moment({ what }: Fact): Celebration {
  if (what.case !== "checkedIn") {
    return undefined;
  }
  const { period, streak, madeUp, freezesUsed } = what.value;
  const inBoth = (name: "keptByFreeze" | "dayInARow" | "showInARow" | "madeUpNote", count: number) => ({
    zh: fill(texts.zh[name], { count }),
    en: fill(texts.en[name], { count }),
  });
  const byShow = period.startsWith("broadcast:");
  return {
    key: `checked in ${period}`,
    moment: {
      ...noMoment,
      occasion: madeUp ? inBoth("madeUpNote", streak) : inBoth(byShow ? "showInARow" : "dayInARow", streak),
      notes: freezesUsed > 0 ? [inBoth("keptByFreeze", freezesUsed)] : [],
    },
  };
}
