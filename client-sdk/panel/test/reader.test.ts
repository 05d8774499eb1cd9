import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import {
  CheckInService,
  GetBalanceResponseSchema,
  GetCheckInCalendarResponseSchema,
  PointsService,
  TaskProgressSchema,
  TaskService,
  type FlywheelError,
  type Flywheel,
} from "@flywheel/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Features } from "../src/core/features.js";
import { Reader } from "../src/core/reader.js";
import { initialStay, type Stay } from "../src/core/stay.js";
import { addDays, monthOf } from "../src/core/time.js";
import { checkIn, withCalendar } from "../src/features/checkin/state.js";
import { points } from "../src/features/points/state.js";
import { tasks } from "../src/features/tasks/state.js";
import * as recorded from "./recorded.js";

/** A service of which a test says what day it is and how often it fails, and which tells what it was asked for. */
class Desk {
  today = "2026-11-18";
  failures = 0;
  /** Nothing is answered. */
  isAway = false;
  /** What the service has a defect in. */
  broken = "";
  answersAfterMillis = 0;
  asked: string[] = [];
  stay: Stay = initialStay;
  readonly features = new Features([]);
  readonly flywheel: Flywheel;
  errors: FlywheelError[] = [];
  readonly reader: Reader;

  constructor() {
    const transport = createRouterTransport(({ service }) => {
      service(TaskService, {
        listTasks: async () => {
          this.#answer("tasks");
          if (this.answersAfterMillis > 0)
            await new Promise((resolve) => setTimeout(resolve, this.answersAfterMillis));
          const { tasks, ...rest } = recorded.tasks();
          return {
            ...rest,
            tasks: tasks.map((task) => create(TaskProgressSchema, { ...task, windowEndsAt: undefined })),
          };
        },
      });
      service(PointsService, {
        getBalance: () => {
          if (this.isAway) throw new ConnectError("the service is away", Code.Unavailable);
          return create(GetBalanceResponseSchema, { balance: 7n });
        },
      });
      service(CheckInService, {
        getCheckInCalendar: (request) => {
          const month = request.month || monthOf(this.today);
          this.#answer(month);
          return create(GetCheckInCalendarResponseSchema, {
            ...recorded.calendar(),
            month,
            today: this.today,
            todayEndsAt: timestampFromMs(Date.parse(`${addDays(this.today, 1)}T00:00:00Z`)),
          });
        },
      });
    });
    this.flywheel = {
      service: (service: Parameters<typeof createClient>[0]) => createClient(service, transport),
    } as unknown as Flywheel;
    this.reader = new Reader({
      source: { flywheel: this.flywheel, roomId: "room-1" },
      slices: () => [tasks, points, checkIn],
      state: (slice) => this.features.state(slice),
      stay: () => this.stay,
      update: (change) => {
        this.stay = change(this.stay);
      },
      onError: (error) => this.errors.push(error),
    });
  }

  /** What was asked for since the last time, in some order. */
  takeAsked(): string[] {
    const asked = this.asked.sort();
    this.asked = [];
    return asked;
  }

  #answer(what: string): void {
    this.asked.push(what);
    if (this.broken === what) throw new ConnectError("a defect", Code.Internal);
    if (this.isAway || this.failures > 0) {
      if (!this.isAway) this.failures--;
      throw new ConnectError("the service is away", Code.Unavailable);
    }
  }
}

let desk: Desk;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-18T12:00:00Z") });
  desk = new Desk();
});

afterEach(() => {
  desk.reader.stop();
  vi.useRealTimers();
});

test("what could not be read is read again until it is there", async () => {
  desk.isAway = true;
  const begun = desk.reader.begin(Promise.resolve());
  await vi.advanceTimersByTimeAsync(0);
  await begun;
  expect(desk.errors.map(({ reason }) => reason)).toEqual(["NO_CONNECTION"]);
  expect(desk.stay.load).toBe("failed");
  desk.isAway = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(desk.stay).toMatchObject({ load: "ready", failure: undefined });
  expect(desk.features.state(points).value?.balance).toBe(7n);

  desk.failures = 1;
  desk.takeAsked();
  desk.reader.refresh(["tasks"]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(desk.takeAsked()).toEqual(["tasks", "tasks"]);
  expect(desk.stay.load).toBe("ready");
});

test("what one feature can't read keeps none of the others back", async () => {
  desk.broken = "tasks";
  await desk.reader.begin(Promise.resolve());
  expect(desk.stay.load).toBe("ready");
  expect(desk.features.state(points).value?.balance).toBe(7n);
  expect(desk.errors).toHaveLength(1);
  desk.takeAsked();
  await vi.advanceTimersByTimeAsync(3_500);
  expect(desk.takeAsked()).toEqual(["tasks", "tasks"]);
  expect(desk.reader.knows("tasks")).toBe(false);
  desk.broken = "";
  await vi.advanceTimersByTimeAsync(10_000);
  expect(desk.takeAsked()).toEqual(["tasks"]);
  expect(desk.reader.knows("tasks")).toBe(true);
});

test("what becomes due while something is read is read after it", async () => {
  desk.answersAfterMillis = 1_000;
  const begun = desk.reader.begin(Promise.resolve());
  await vi.advanceTimersByTimeAsync(100);
  desk.reader.refresh(["tasks"]);
  await vi.advanceTimersByTimeAsync(5_000);
  await begun;
  expect(desk.takeAsked()).toEqual(["2026-11", "tasks", "tasks"]);
});

test("what a whole room is told is read after a while, unless something else is due before", async () => {
  await desk.reader.begin(Promise.resolve());
  desk.takeAsked();
  desk.reader.refresh(["tasks"], 1_000);
  await vi.advanceTimersByTimeAsync(900);
  expect(desk.takeAsked()).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(desk.takeAsked()).toEqual(["tasks"]);
  desk.reader.refresh(["tasks"], 1_000);
  desk.reader.refresh(["checkin"]);
  await vi.advanceTimersByTimeAsync(300);
  expect(desk.takeAsked()).toEqual(["2026-11", "tasks"]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(desk.takeAsked()).toEqual([]);
});

test("every month that was looked at is read again, and tomorrow's", async () => {
  desk.today = "2026-05-31"; // a Sunday, whose tomorrow is neither in its month nor in its week
  await desk.reader.begin(Promise.resolve());
  expect(desk.takeAsked()).toEqual(["2026-05", "2026-06", "tasks"]);
  const looked = await desk.flywheel.service(CheckInService).getCheckInCalendar({ month: "2026-03" });
  const state = desk.features.state(checkIn);
  state.value = withCalendar(state.value, { ...looked, today: desk.today });
  desk.takeAsked();
  desk.reader.refresh(["checkin"]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(desk.takeAsked()).toEqual(["2026-03", "2026-05", "2026-06"]);
});

test("a day that ends is noticed, and a device whose clock is fast doesn't ask all the time", async () => {
  vi.setSystemTime(Date.parse("2026-11-18T23:59:00Z"));
  await desk.reader.begin(Promise.resolve());
  const asksIn = async (seconds: number) => {
    desk.takeAsked();
    for (let i = 0; i < seconds; i++) {
      await vi.advanceTimersByTimeAsync(1_000);
      desk.reader.tick(Date.now());
    }
    return desk.takeAsked().filter((what) => what === "2026-11").length;
  };
  expect(await asksIn(55)).toBe(0);
  const atMidnight = await asksIn(25);
  expect(atMidnight).toBeGreaterThanOrEqual(1);
  expect(atMidnight).toBeLessThanOrEqual(2);
  expect(await asksIn(300)).toBeLessThanOrEqual(5);
  desk.today = "2026-11-19";
  expect(await asksIn(70)).toBeGreaterThanOrEqual(1);
  expect(desk.features.state(checkIn).value?.today).toBe("2026-11-19");
});
