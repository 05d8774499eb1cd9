import {
  CheckInService,
  FlywheelError,
  Goal,
  PointsService,
  TaskService,
  TaskState,
  type Fact,
  type Flywheel,
} from "@flywheel/client";
import { both, withFacts, type Stale } from "./facts.js";
import { withBalance, withCalendar, withTasks, type PanelState } from "./state.js";
import { addDays, addMonths, millisOf, monthOf, mostMonths, weekOf } from "./time.js";
import { settled } from "./waits.js";

export interface ReaderOptions {
  readonly flywheel: Flywheel;
  readonly roomId: string;
  readonly state: () => PanelState;
  readonly update: (change: (state: PanelState) => PanelState) => void;
  readonly onError: (error: FlywheelError) => void;
}

/** The first view waits so long for the room, whose entering may complete tasks and check the viewer in. */
const entryMillis = 2_000;
/** Several facts in a row lead to one reading. */
const gatherMillis = 250;
/** How often goals of the room are read, which other viewers move. */
const roomGoalMillis = 5_000;
/** How often is read again what should have ended by this device's clock, which may be fast. */
const overdueMillis = 60_000;
/** The waits after readings that failed double up to this. */
const longestRetryMillis = 30_000;

const nothing: Stale = { tasks: false, checkIn: false };
const everything: Stale = { tasks: true, checkIn: true };

/** Reads how things stand: at first, and again when something has changed of which facts tell only that it did. */
export class Reader {
  readonly #options: ReaderOptions;
  /** What is to be read. */
  #due = nothing;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAtMillis = Infinity;
  #reading = false;
  #failures = 0;
  #readAtMillis = 0;
  /** When all of it was read. */
  #wholeAtMillis = 0;
  #stopped = false;
  /** The facts that came while something was being read, which may be older than they are. */
  #meanwhile: Fact[] = [];

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Reads all of it for the first time, or again after a failure. */
  async begin(entered: Promise<void> | undefined): Promise<void> {
    if (entered) await settled(entered, entryMillis);
    this.#due = everything;
    await this.#read();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Reads again soon, without anyone noticing but by what has changed. */
  refresh(stale: Stale): void {
    this.#due = both(this.#due, stale);
    this.#schedule(gatherMillis);
  }

  /** Facts came that answers which are under way may not know. */
  noticed(facts: readonly Fact[]): void {
    if (this.#reading) {
      this.#meanwhile.push(...facts);
    }
  }

  /** Once a second while the page is seen: other viewers move goals of the room, and days and windows end. */
  tick(nowMillis: number): void {
    const { load, tasks, checkIn } = this.#options.state();
    if (load !== "ready" || nowMillis - this.#readAtMillis < roomGoalMillis) {
      return;
    }
    const ends = [...tasks.map(({ windowEndsAt }) => windowEndsAt), checkIn?.todayEndsAt]
      .filter((end) => end !== undefined)
      .map(millisOf);
    const isOverdue = nowMillis - this.#wholeAtMillis >= overdueMillis;
    const ended = ends.some(
      (end) => end <= nowMillis && (isOverdue || end > this.#wholeAtMillis - roomGoalMillis),
    );
    const shared = tasks.some((task) => task.goal === Goal.ROOM && task.state === TaskState.OPEN);
    if (ended || shared) {
      this.refresh({ tasks: true, checkIn: ended });
    }
  }

  async readMonth(month: string): Promise<void> {
    const { flywheel, roomId, update } = this.#options;
    const calendar = await flywheel.service(CheckInService).getCheckInCalendar({ month, roomId });
    update((state) => withCalendar(state, calendar));
  }

  /** Something failed for good. */
  fail(error: FlywheelError): void {
    if (this.#stopped || error.is("UNAUTHENTICATED", "CANCELLED")) {
      return;
    }
    const noProgram = error.is("PROGRAM_NOT_FOUND");
    this.#options.update((state) => ({
      ...state,
      noProgram,
      failure: error,
      load: noProgram
        ? "ready"
        : state.load === "signedOut" || state.load === "ready"
          ? state.load
          : "failed",
    }));
    if (!noProgram) {
      this.#options.onError(error);
    }
  }

  /** Reads after some time, or when it was going to if that is sooner. */
  #schedule(millis: number): void {
    const atMillis = Date.now() + millis;
    if (!this.#stopped && atMillis < this.#timerAtMillis) {
      clearTimeout(this.#timer);
      this.#timerAtMillis = atMillis;
      this.#timer = setTimeout(() => {
        this.#timerAtMillis = Infinity;
        void this.#read();
      }, millis);
    }
  }

  /** Reads what is due; what becomes due meanwhile is read after it, and what failed is read again. */
  async #read(): Promise<void> {
    if (this.#reading || this.#stopped) {
      return;
    }
    clearTimeout(this.#timer);
    this.#timerAtMillis = Infinity;
    const what = this.#due;
    this.#due = nothing;
    this.#reading = true;
    this.#readAtMillis = Date.now();
    if (what.tasks && what.checkIn) this.#wholeAtMillis = this.#readAtMillis;
    this.#meanwhile = [];
    let waitMillis = gatherMillis;
    try {
      await this.#readNow(what);
      this.#failures = 0;
    } catch (caught) {
      const error = FlywheelError.from(caught);
      if (error.isCurable) {
        this.#due = both(this.#due, what);
        waitMillis = Math.min(longestRetryMillis, 1_000 * 2 ** this.#failures++);
      }
      if (!error.isTransient || this.#options.state().load !== "ready") {
        this.fail(error);
      }
    } finally {
      this.#reading = false;
      if (this.#due.tasks || this.#due.checkIn) {
        this.#schedule(waitMillis);
      }
    }
  }

  async #readNow(what: Stale): Promise<void> {
    const { flywheel, roomId, state, update } = this.#options;
    const [tasks, calendar, balance] = await Promise.all([
      what.tasks ? flywheel.service(TaskService).listTasks({ roomId }) : undefined,
      what.checkIn ? this.#calendar() : undefined,
      state().points ? undefined : flywheel.service(PointsService).getBalance({}),
    ]);
    if (this.#stopped) {
      return;
    }
    update((before) => {
      let now: PanelState = { ...before, noProgram: false };
      if (tasks) now = withTasks(now, tasks);
      if (balance && !now.points) now = withBalance(now, balance);
      if (calendar?.length === 0) now = { ...now, checkIn: undefined };
      for (const month of calendar ?? []) now = withCalendar(now, month);
      return withFacts({ ...now, load: "ready", failure: undefined }, this.#meanwhile);
    });
  }

  /** The present month, and those of this week, of tomorrow and of what was looked at; none without check-in. */
  async #calendar() {
    const { flywheel, roomId, state } = this.#options;
    const service = flywheel.service(CheckInService);
    try {
      const present = await service.getCheckInCalendar({ roomId });
      const { today, days } = present;
      const dates = days.length > 0 ? [...weekOf(today), addDays(today, 1)] : [];
      const months = new Set([...dates.map(monthOf), ...Object.keys(state().checkIn?.months ?? {})]);
      months.delete(present.month);
      const isKept = (month: string) => month >= addMonths(present.month, -mostMonths);
      const others = [...months].filter(isKept).map((month) => service.getCheckInCalendar({ month, roomId }));
      return [...(await Promise.all(others)), present];
    } catch (caught) {
      if (FlywheelError.from(caught).is("CHECK_IN_NOT_CONFIGURED")) {
        return [];
      }
      throw caught;
    }
  }
}
