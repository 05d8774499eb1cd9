import { expect, test } from "vitest";
import { changedTags } from "./changedTags.js";

const BEFORE = `
tags:
  - {id: fan, title: Fan, condition: viewer.streak >= 7, group: stage}
  - {id: rich, title: Rich, condition: viewer.points >= 30}
  - {id: gone, title: Gone, condition: viewer.days_since_seen >= 14}
`;

test("tags whose rule or group changes, and new ones, are looked at, and dropped ones are named", () => {
  const after = `
tags:
  - {id: fan, title: Fans, condition: viewer.streak >= 7, group: stage}
  - {id: rich, title: Rich, condition: viewer.points >= 30, group: stage}
  - {id: new, title: New}
`;

  expect(changedTags(BEFORE, after)).toEqual({ set: ["rich", "new"], dropped: ["gone"] });
});

test("without a program in force all are new, and what can't be read changes nothing", () => {
  expect(changedTags("", BEFORE)).toEqual({ set: ["fan", "rich", "gone"], dropped: [] });
  expect(changedTags("", "tags: [")).toEqual({ set: [], dropped: [] });
});
