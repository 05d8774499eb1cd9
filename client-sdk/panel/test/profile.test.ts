import { create } from "@bufbuild/protobuf";
import { ViewerSchema } from "@flywheel/client";
import { expect, test } from "vitest";
import { profile } from "../src/features/profile/state.js";

test("a standing tells how others see the viewer, and one without a profile changes nothing", () => {
  const known = create(ViewerSchema, {
    profile: { shownAs: { displayName: "小林", avatarUrl: "https://pictures.example/lin.png" } },
  });
  const named = profile.snapshot?.(undefined, known);
  expect(named).toEqual({
    name: "小林",
    pictureUrl: "https://pictures.example/lin.png",
    isAnonymous: false,
  });
  const hidden = create(ViewerSchema, { profile: { shownAs: { anonymous: true } } });
  expect(profile.snapshot?.(named, hidden)).toEqual({ name: "", pictureUrl: "", isAnonymous: true });
  expect(profile.snapshot?.(named, create(ViewerSchema))).toBe(named);
});
