import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  getAt,
  insertAt,
  isUnreadable,
  lineAt,
  moveItem,
  parsePath,
  pathText,
  readProgram,
  setAt,
  type Fields,
  type Path,
  type Value,
} from "../src/program/document.js";

const folder = join(import.meta.dirname, "../../../server/src/main/resources/program");
const templates = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }));

function read(text: string): Fields {
  const fields = readProgram(text);
  if (isUnreadable(fields)) throw new Error(fields.message);
  return fields;
}

const comments = (text: string) =>
  text
    .split("\n")
    .map((line) => /(?:^|\s)#.*$/.exec(line)?.[0].trim())
    .filter((comment) => comment !== undefined);

/** Every plain value of a program with its path. */
function leaves(value: Value, at: Path = []): { at: Path; value: string | number | boolean }[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item, i) => leaves(item, [...at, i]));
  if (typeof value === "object")
    return Object.entries(value).flatMap(([name, field]) => leaves(field, [...at, name]));
  return [{ at, value }];
}

/** The first value of each field, wherever the lists that it is in are. */
function oneOfEachField<T extends { at: Path }>(all: T[]): T[] {
  const fields = new Map(
    all.toReversed().map((leaf) => [leaf.at.filter((part) => typeof part === "string").join("."), leaf]),
  );
  return [...fields.values()];
}

describe.each(templates)("the built-in program $name", ({ text }) => {
  it("is written again as it was", () => {
    expect(moveItem(text, ["tasks"], 0, 0)).toBe(text);
  }, 60_000);

  it("keeps every other character when any one value is edited", () => {
    const all = leaves(read(text)).map(({ at, value }) => ({ at, value, path: pathText(at) }));
    for (const { at, value, path } of oneOfEachField(all)) {
      const other =
        typeof value === "boolean" ? !value : typeof value === "number" ? value + 1 : `${value}: #x`;
      const edited = setAt(text, at, other);
      const fields = read(edited);
      expect(getAt(fields, at), path).toBe(other);
      expect(comments(edited).length, path).toBeGreaterThanOrEqual(comments(text).length);
      expect(setAt(edited, at, value).length - text.length, path).toBeLessThanOrEqual(2);
      expect(
        leaves(fields).map((leaf) => [pathText(leaf.at), leaf.value]),
        path,
      ).toEqual(all.map((leaf) => [leaf.path, leaf.path === path ? other : leaf.value]));
    }
  }, 120_000);

  it("keeps every comment when fields and items are added, moved and taken away again", () => {
    const count = (read(text)["tasks"] as Value[]).length;
    let edited = setAt(text, ["tasks", 0, "cap", "tiers"], 3);
    edited = setAt(edited, ["tasks", 0, "cap", "per"], "week");
    edited = setAt(edited, ["tasks", 0, "window", "kind"], "day");
    edited = setAt(edited, ["check_in", "consecutive", 0, "rewards", 0, "points", "pending"], "7d");
    edited = insertAt(edited, ["tasks"], count, {
      id: "new-one",
      title: { zh: "新任务", en: "" },
      trigger: "like",
    });
    const added = read(edited);
    expect(getAt(added, ["tasks", 0, "cap"])).toEqual({ tiers: 3, per: "week" });
    expect(getAt(added, ["tasks", count, "id"])).toBe("new-one");
    expect(getAt(added, ["check_in", "consecutive", 0, "rewards", 0, "points"])).toMatchObject({
      pending: "7d",
    });
    expect(comments(edited)).toEqual(comments(text));
    edited = setAt(edited, ["tasks", count], undefined);
    expect(comments(edited)).toEqual(comments(text));
    const moved = moveItem(text, ["tasks"], 0, 2);
    expect(getAt(read(moved), ["tasks", 2])).toEqual(getAt(read(text), ["tasks", 0]));
    expect(comments(moved).toSorted()).toEqual(comments(text).toSorted());
  }, 60_000);
});

describe("a program's document", () => {
  it("may write a plain value for the first field, which the form spells out", () => {
    const text = "tasks:\n  - id: a\n    title: 点赞\n    window: day # 每日\n    tiers:\n      - 3\n";
    expect(read(text)).toEqual({
      tasks: [{ id: "a", title: { zh: "点赞" }, window: { kind: "day" }, tiers: [{ threshold: 3 }] }],
    });
    const edited = setAt(text, ["tasks", 0, "title", "en"], "Likes");
    expect(edited).toContain("title: { zh: 点赞, en: Likes }");
    expect(setAt(edited, ["tasks", 0, "window", "kind"], "week")).toContain("window: week # 每日");
  });

  it("begins from nothing", () => {
    expect(setAt("", ["name"], "新方案")).toBe("name: 新方案\n");
    expect(setAt("# 我的方案\n", ["tasks"], [])).toContain("# 我的方案");
  });

  it("loses a section with its last field", () => {
    expect(
      setAt("name: a\npresence:\n  longest_silence: 90s\n", ["presence", "longest_silence"], undefined),
    ).toBe("name: a\n");
  });

  it("keeps the kind of a reward whose amount is being typed anew", () => {
    for (const reward of ["points: 10", "points: { amount: 10 }", "points:\n        amount: 10"]) {
      const text = `check_in:\n  consecutive:\n    - rewards:\n      - ${reward}\n`;
      const amount = ["check_in", "consecutive", 0, "rewards", 0, "points", "amount"];
      const emptied = setAt(text, amount, undefined);
      expect(getAt(read(emptied), amount.slice(0, -1)), reward).toEqual({});
      expect(emptied, reward).toContain("points: {}");
      expect(getAt(read(setAt(emptied, amount, 5)), amount), reward).toBe(5);
    }
  });

  it("says where it can't be read", () => {
    expect(readProgram("name: a\ntasks: [")).toMatchObject({ line: 2 });
    expect(readProgram("name: a\ntasks:\n  - id: *b\n")).toMatchObject({ line: 3 });
    expect(isUnreadable(readProgram("name: a\n"))).toBe(false);
  });

  it("knows the line of a path, and of what is around what is missing", () => {
    const text = "name: a\ntasks:\n  - id: x\n    tiers:\n      - threshold: 3\n";
    expect(lineAt(text, parsePath("tasks[0].tiers[0].threshold"))).toBe(5);
    expect(lineAt(text, parsePath("tasks[0].trigger"))).toBe(3);
    expect(pathText(parsePath("tasks[3].tiers[1].threshold"))).toBe("tasks[3].tiers[1].threshold");
  });
});
