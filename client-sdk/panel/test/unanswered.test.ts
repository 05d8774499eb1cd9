import { Code, ConnectError } from "@connectrpc/connect";
import { FlywheelError } from "@flywheel/client";
import { expect, test } from "vitest";
import { Unanswered } from "../src/core/unanswered.js";

test("the same is asked under the same id until it is answered or refused", () => {
  const unanswered = new Unanswered();
  let ids = 0;
  const ask = (name: string) => unanswered.of(name, () => ++ids);
  const fail = (code: Code) => {
    unanswered.failed("tea", FlywheelError.from(new ConnectError("no", code)));
  };
  expect(ask("tea")).toBe(1);
  for (const code of [Code.DeadlineExceeded, Code.Unavailable, Code.Unknown, Code.Internal, Code.Canceled]) {
    fail(code);
    expect(ask("tea"), Code[code]).toBe(1);
  }
  expect(ask("mug")).toBe(2);
  fail(Code.FailedPrecondition);
  expect(ask("tea")).toBe(3);
  unanswered.answered("tea");
  expect(ask("tea")).toBe(4);
  expect(ask("mug")).toBe(2);
});
