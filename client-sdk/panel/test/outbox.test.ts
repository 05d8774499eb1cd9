import { Code, ConnectError } from "@connectrpc/connect";
import { FlywheelError, type Reason } from "@flywheel/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Outbox } from "../src/core/outbox.js";

const failure = (reason: Reason, code: Code) => new FlywheelError(new ConnectError("no", code), reason);
const offline = failure("NO_CONNECTION", Code.Unavailable);

/** What the next sendings fail with; after them all goes through. */
let failures: FlywheelError[];
let sent: { requestId: string; text: string }[];
let outbox: Outbox;

const tried = () => sent.map(({ text }) => text);
const waiting = () => outbox.waiting.value.map(({ text }) => text);

beforeEach(() => {
  vi.useFakeTimers();
  failures = [];
  sent = [];
  outbox = new Outbox((comment) => {
    sent.push(comment);
    const error = failures.shift();
    return error ? Promise.reject(error) : Promise.resolve();
  });
});

afterEach(() => {
  outbox.stop();
  vi.useRealTimers();
});

test("a comment whose answer was lost is sent again by itself, under the same id", async () => {
  failures = [failure("DEADLINE_EXCEEDED", Code.DeadlineExceeded), offline, offline];
  await outbox.write("hello");
  expect(waiting()).toEqual(["hello"]);
  await vi.advanceTimersByTimeAsync(7_000);
  expect(waiting()).toEqual([]);
  expect(tried()).toEqual(["hello", "hello", "hello", "hello"]);
  expect(new Set(sent.map(({ requestId }) => requestId)).size).toBe(1);
  await outbox.write("on");
  expect(tried().at(-1)).toBe("on");
});

test("what is written while others wait is sent after them, at once", async () => {
  failures = [offline];
  await outbox.write("one");
  await outbox.write("two");
  await vi.advanceTimersByTimeAsync(0);
  expect(tried()).toEqual(["one", "one", "two"]);
  expect(waiting()).toEqual([]);
});

test("nothing that waits is dropped while the service is overloaded, away or failing", async () => {
  failures = [
    offline,
    failure("OVERLOADED", Code.ResourceExhausted),
    failure("SHUTTING_DOWN", Code.Unavailable),
    failure("TOKEN_UNAVAILABLE", Code.Unauthenticated),
    failure("NOT_IN_ROOM", Code.FailedPrecondition),
    failure("INTERNAL", Code.Internal),
  ];
  await outbox.write("hello");
  for (let left = 5; left > 0; left--) {
    await outbox.flush();
    expect(waiting()).toEqual(["hello"]);
  }
  await outbox.flush();
  expect(waiting()).toEqual([]);
  expect(outbox.refusal.value).toBeUndefined();
});

test("what the service will not have is let go of and told; the rest goes on", async () => {
  failures = [offline, failure("INVALID_FIELD", Code.InvalidArgument)];
  await outbox.write("bad");
  await outbox.write("good");
  await vi.advanceTimersByTimeAsync(0);
  expect(outbox.refusal.value?.reason).toBe("INVALID_FIELD");
  expect(tried()).toEqual(["bad", "bad", "good"]);
  expect(waiting()).toEqual([]);
});

test("whoever has left sends nothing any more", async () => {
  failures = [offline];
  await outbox.write("late");
  outbox.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  await outbox.flush();
  expect(tried()).toEqual(["late"]);
});
