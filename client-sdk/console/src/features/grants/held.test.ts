import { create } from "@bufbuild/protobuf";
import { RewardSchema, ViewerSchema } from "@flywheel/client";
import { describe, expect, it } from "vitest";
import { heldTitles } from "./held.js";

describe("what a viewer holds", () => {
  const badge = (badgeId: string, zh: string) =>
    create(RewardSchema, { kind: { case: "badge", value: { badgeId, title: { zh } } } });

  it("is called as the program or a late grant calls it, and else by its id", () => {
    const viewer = create(ViewerSchema, {
      profile: { badges: ["starter", "old", "gone"] },
      grants: [{ reward: badge("old", "老友") }],
    });
    expect(heldTitles(viewer, "badge", [badge("starter", "起步")], "zh")).toEqual(["起步", "老友", "gone"]);
  });
});
