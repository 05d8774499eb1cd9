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
import { withFacts, type Stale } from "./facts.js";
import { withBalance, withCalendar, withTasks, type PanelState } from "./state.js";
import { millisOf, monthOf, weekOf } from "./time.js";

export interface ReaderOptions {
  readonly flywheel: Flywheel;
  readonly roomId: string;
  readonly update: (change: (state: PanelState) => PanelState) => void;
  readonly onError: (error: FlywheelError) => void;
}

/** The first view waits so long for the room, whose entering may complete tasks and check the viewer in. */
const entryMillis = 2_000;
/** Several facts in a row lead to one reading. */
const gatherMillis = 250;
/** How often goals of the room are read, which other viewers move. */
const roomGoalMillis = 5_000;

/** Reads how things stand: at first, and again when something has changed of which facts tell only that it did. */
export class Reader {
  readonly #options: ReaderOptions;
  #stale: Stale = { tasks: false, checkIn: false };
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading = false;
  #readAtMillis = 0;
  #stopped = false;
  /** The facts that came while something was being read, which may be older than they are. */
  #meanwhile: Fact[] = [];

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Reads all of it for the first time, or again after a failure. */
  async begin(entered: Promise<void> | undefined): Promise<void> {
    const patience = new Promise((resolve) => setTimeout(resolve, entryMillis));
    await Promise.race([entered?.catch(() => undefined), patience]);
    await this.#read({ tasks: true, checkIn: true }, true);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Reads again soon, without anyone noticing but by what has changed. */
  refresh(stale: Stale): void {
    this.#stale = {
      tasks: this.#stale.tasks || stale.tasks,
      checkIn: this.#stale.checkIn || stale.checkIn,
    };
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const due = this.#stale;
      this.#stale = { tasks: false, checkIn: false };
      if (this.#reading) {
        this.refresh(due);
      } else {
        void this.#read(due, false);
      }
    }, gatherMillis);
  }

  /** Facts came that answers which are under way may not know. */
  noticed(facts: readonly Fact[]): void {
    if (this.#reading) {
      this.#meanwhile.push(...facts);
    }
  }

  /** Once a second while the page is seen: other viewers move goals of the room, and windows end. */
  tick(state: PanelState, nowMillis: number): void {
    if (state.load !== "ready" || nowMillis - this.#readAtMillis < roomGoalMillis) {
      return;
    }
    const ended = state.tasks.some(({ windowEndsAt }) => windowEndsAt && millisOf(windowEndsAt) <= nowMillis);
    const shared = state.tasks.some((task) => task.goal === Goal.ROOM && task.state === TaskState.OPEN);
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

  async #read(what: Stale, first: boolean): Promise<void> {
    const { flywheel, roomId, update } = this.#options;
    this.#reading = true;
    this.#readAtMillis = Date.now();
    this.#meanwhile = [];
    try {
      const [tasks, calendar, balance] = await Promise.all([
        what.tasks ? flywheel.service(TaskService).listTasks({ roomId }) : undefined,
        what.checkIn ? this.#calendar() : undefined,
        first ? flywheel.service(PointsService).getBalance({}) : undefined,
      ]);
      if (this.#stopped) {
        return;
      }
      update((state) => {
        let now: PanelState = { ...state, noProgram: false };
        if (tasks) now = withTasks(now, tasks);
        if (balance) now = withBalance(now, balance);
        if (calendar?.length === 0) now = { ...now, checkIn: undefined };
        for (const month of calendar ?? []) now = withCalendar(now, month);
        return withFacts({ ...now, load: "ready" }, this.#meanwhile);
      });
    } catch (caught) {
      const error = FlywheelError.from(caught);
      if (first || !error.isTransient) {
        this.fail(error);
      }
    } finally {
      this.#reading = false;
    }
  }

  /** The present month, and the months that today's week reaches into; none where the program has no check-in. */
  async #calendar() {
    const { flywheel, roomId } = this.#options;
    const service = flywheel.service(CheckInService);
    try {
      const present = await service.getCheckInCalendar({ roomId });
      const others = new Set(present.days.length > 0 ? weekOf(present.today).map(monthOf) : []);
      others.delete(present.month);
      const rest = [...others].map((month) => service.getCheckInCalendar({ month, roomId }));
      return [...(await Promise.all(rest)), present];
    } catch (caught) {
      if (FlywheelError.from(caught).is("CHECK_IN_NOT_CONFIGURED")) {
        return [];
      }
      throw caught;
    }
  }
}
