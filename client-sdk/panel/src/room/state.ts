import {
  CalendarDayState,
  type CalendarDay,
  type CheckInRules,
  type CheckInStanding,
  type ConnectionState,
  type FlywheelError,
  type GetBalanceResponse,
  type GetCheckInCalendarResponse,
  type Grant,
  type ListTasksResponse,
  type RoomState,
  type TaskCause,
  type TaskProgress,
  type Viewer,
} from "@flywheel/client";
import { monthOf, type Timestamp } from "./time.js";

/** All that the panel shows of a viewer in a room. Never changed in place: each update makes another. */
export interface PanelState {
  readonly load: "loading" | "ready" | "failed" | "signedOut";
  /** With "failed": why. */
  readonly failure: FlywheelError | undefined;
  /** Whether the merchant has applied no program yet. */
  readonly noProgram: boolean;
  readonly connection: ConnectionState;
  readonly presence: RoomState;
  readonly points: Points | undefined;
  readonly checkIn: CheckIn | undefined;
  readonly tasks: readonly TaskProgress[];
  readonly hiddenTasks: number;
  readonly unclaimed: readonly TaskCause[];
  readonly grants: readonly Grant[];
  readonly programVersion: bigint;
  /** Likes that no answer has confirmed yet. */
  readonly likesWaiting: number;
  /** By this device's clock: until when watch time is credited. */
  readonly creditedAtMillis: number;
  /** When the action happened that told the latest count of each task. */
  readonly toldAtMillis: Readonly<Record<string, number>>;
}

export interface Points {
  readonly balance: bigint;
  readonly pending: bigint;
  readonly expiring: bigint;
  readonly expiresAt: Timestamp | undefined;
  /** The latest entry that is part of it; 0: not known. */
  readonly entryNumber: bigint;
}

export interface CheckIn {
  readonly standing: CheckInStanding;
  readonly rules: CheckInRules | undefined;
  readonly today: string;
  /** When today ends; undefined where broadcasts are counted. */
  readonly todayEndsAt: Timestamp | undefined;
  /** The days that were read, by month. */
  readonly months: Readonly<Record<string, readonly CalendarDay[]>>;
}

export const initialState: PanelState = {
  load: "loading",
  failure: undefined,
  noProgram: false,
  connection: "connecting",
  presence: "entering",
  points: undefined,
  checkIn: undefined,
  tasks: [],
  hiddenTasks: 0,
  unclaimed: [],
  grants: [],
  programVersion: 0n,
  likesWaiting: 0,
  creditedAtMillis: 0,
  toldAtMillis: {},
};

export function withTasks(state: PanelState, answer: ListTasksResponse): PanelState {
  return {
    ...state,
    tasks: answer.tasks,
    hiddenTasks: answer.hiddenTasks,
    unclaimed: answer.unclaimed,
  };
}

export function withBalance(state: PanelState, answer: GetBalanceResponse): PanelState {
  const { balance, pending, expiring, expiresAt } = answer;
  return {
    ...state,
    points: { balance, pending, expiring, expiresAt, entryNumber: state.points?.entryNumber ?? 0n },
  };
}

export function withCalendar(state: PanelState, answer: GetCheckInCalendarResponse): PanelState {
  const { standing, rules, today, todayEndsAt, month, days } = answer;
  const months = { ...state.checkIn?.months, [month]: days };
  return standing ? { ...state, checkIn: { standing, rules, today, todayEndsAt, months } } : state;
}

export function withStanding(state: PanelState, standing: CheckInStanding | undefined): PanelState {
  return standing && state.checkIn ? { ...state, checkIn: withToday({ ...state.checkIn, standing }) } : state;
}

/** A check-in is seen on its day at once; the whole calendar is read a moment later. */
function withToday(checkIn: CheckIn): CheckIn {
  const { standing, today, months } = checkIn;
  const month = monthOf(today);
  const days = months[month];
  if (!standing.checkedInNow || !days) {
    return checkIn;
  }
  const checkedIn = (day: CalendarDay): CalendarDay =>
    day.date === today && day.state === CalendarDayState.OPEN
      ? { ...day, state: CalendarDayState.CHECKED_IN, streak: standing.streak }
      : day;
  return { ...checkIn, months: { ...months, [month]: days.map(checkedIn) } };
}

/** The standing that a watch begins with; parts of it are unset while the viewer is not known. */
export function withSnapshot(state: PanelState, viewer: Viewer): PanelState {
  const balanced = viewer.points ? withBalance(state, viewer.points) : state;
  const byBroadcast = viewer.checkIn?.latestPeriod.startsWith("broadcast:") ?? false;
  return {
    // A streak of broadcasts is of one room, and the snapshot's is of the room that the viewer was in at that moment.
    ...(byBroadcast ? balanced : withStanding(balanced, viewer.checkIn)),
    grants: viewer.grants,
    programVersion: viewer.programVersion,
  };
}
