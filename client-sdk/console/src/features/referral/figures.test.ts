import { create } from "@bufbuild/protobuf";
import {
  InviteRefusalSchema,
  InviteeStageSchema,
  ReferralFiguresSchema,
  ReviewSignalSchema,
} from "@flywheel/client";
import { expect, it } from "vitest";
import { each, funnelOf } from "./figures.js";
import texts from "./texts.js";

it("a funnel is drawn against its largest step and leaves out what nobody came to", () => {
  const steps = funnelOf(
    create(ReferralFiguresSchema, { shares: 2n, opened: 6n, accepted: 8n, entered: 4n, orders: 1n }),
  );
  expect(steps.map(({ name, share }) => [name, share])).toEqual([
    ["shares", 0.25],
    ["opened", 0.75],
    ["accepted", 1],
    ["entered", 0.5],
    ["orders", 0.125],
  ]);
});

it("a funnel of nothing has its first steps", () => {
  expect(funnelOf(create(ReferralFiguresSchema)).map(({ share }) => share)).toEqual([0, 0, 0, 0]);
});

it("every stage, refusal and sign has words", () => {
  const numbers = (schema: { values: readonly { number: number }[] }) =>
    schema.values.map(({ number }) => number);
  expect(Object.keys(texts.zh.stage).map(Number)).toEqual(numbers(InviteeStageSchema));
  expect([0, ...Object.keys(texts.zh.refusal).map(Number)]).toEqual(numbers(InviteRefusalSchema));
  expect([0, ...Object.keys(texts.zh.signal).map(Number)]).toEqual(numbers(ReviewSignalSchema));
});

it("what one costs is told where there is one", () => {
  expect(each(300n, 2n)).toBe(150);
  expect(each(300n, 0n)).toBeUndefined();
});
