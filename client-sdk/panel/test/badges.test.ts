import { create } from "@bufbuild/protobuf";
import { BadgeStandingSchema, FactSchema, type Fact } from "@flywheel/client";
import { describe, expect, it } from "vitest";
import { moment as pointsMoment } from "../src/features/points/state.js";
import { badges, heldTier, moment, nextTier, wayDone } from "../src/features/badges/state.js";

const earned = (silent: boolean): Fact =>
  create(FactSchema, {
    what: {
      case: "badgeEarned",
      value: {
        badgeId: "fan",
        threshold: 10n,
        silent,
        title: { zh: "粉丝", en: "Fan" },
        tierTitle: { zh: "金" },
      },
    },
  });

const fan = (count: bigint, held: boolean) =>
  create(BadgeStandingSchema, {
    badgeId: "fan",
    count,
    tiers: [
      { threshold: 10n, held },
      { threshold: 40n, held: false },
    ],
  });

describe("badges", () => {
  it("are celebrated when they are earned, each tier once", () => {
    const found = moment(earned(false));
    expect(found?.key).toBe("badge fan 10");
    expect(found?.moment.occasion).toEqual({ zh: "获得徽章「粉丝 · 金」", en: "Badge earned: Fan · 金" });
  });

  it("are not celebrated when they are awarded silently, nor is what comes with them", () => {
    expect(moment(earned(true))).toBeUndefined();
    const points = create(FactSchema, {
      what: {
        case: "pointsBooked",
        value: {
          kind: 1,
          amount: 5n,
          cause: { what: { case: "badge", value: { badgeId: "fan", silent: true } } },
        },
      },
    });
    expect(pointsMoment(points)).toBeUndefined();
  });

  it("are read again when one is earned or taken", () => {
    expect(badges.isStale?.(undefined, [earned(true)])).toBe(true);
    expect(badges.isStale?.(undefined, [create(FactSchema, { what: { case: "drawn", value: {} } })])).toBe(
      false,
    );
  });

  it("show the way to the lowest tier that is not held", () => {
    expect(wayDone(fan(5n, false))).toBe(0.5);
    expect(nextTier(fan(10n, true))?.threshold).toBe(40n);
    expect(wayDone(fan(10n, true))).toBe(0.25);
    expect(heldTier(fan(10n, true))?.threshold).toBe(10n);
    expect(heldTier(fan(5n, false))).toBeUndefined();
  });
});
