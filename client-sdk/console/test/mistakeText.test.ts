import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import { ProgramSchema } from "@flywheel/client";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { mistakeText } from "../src/program/mistakeText.js";
import { loadParts } from "../src/program/parts.js";

beforeAll(loadParts);

/** Programs, and beside each the mistakes that the service's tests expect it to find. */
const BAD_PROGRAMS = join(import.meta.dirname, "../../../server/src/test/resources/bad-programs");

const told: readonly (readonly [string, string])[] = [
  ["300 (expected: more than the tier before, 300)", "300（应为：大于上一档（300））"],
  ["3 (expected: more than the count before, 7)", "3（应为：大于上一项（7））"],
  ["0 (expected: 1 to 1000)", "0（应为：1 到 1000 之间）"],
  ["-1 (expected: 0 to 31)", "-1（应为：0 到 31 之间）"],
  ["91d (expected: 0s to 90d)", "91d（应为：0s 到 90d 之间）"],
  ["1.5 (expected: a whole number, 1 to 31)", "1.5（应为：1 到 31 之间的整数）"],
  ["21 elements (expected: 1 to 20 elements)", "21 项（应为：1 到 20 项）"],
  ["missing (expected: 1 to 10 elements)", "未填写（应为：1 到 10 项）"],
  ["missing (expected: a text)", "未填写（应为：文字）"],
  ["nothing (expected: a program)", "未填写（应为：方案的内容）"],
  ["nothing (expected: one of: points, coupon)", "未填写（应为：points, coupon 之一）"],
  [
    "lik (expected: one of: like, share; did you mean like?)",
    "lik（应为：like, share 之一；是否想写 like？）",
  ],
  ["time_zon (unknown field; did you mean time_zone?)", "time_zon（没有这个字段，是否想写 time_zone？）"],
  ["from (unknown field; known are: kind, ends_at)", "from（没有这个字段，可用的有：kind, ends_at）"],
  ["name (given twice; first in line 1)", "name（重复填写，第一次在第 1 行）"],
  ["a (expected: an id of its own; tasks[3] has this one)", "a（应为：唯一的编号，tasks[3] 已使用）"],
  ["b (expected: the id of a task; did you mean bb?)", "b（应为：已有任务的编号；是否想写 bb？）"],
  [
    "ten off (expected: 1 to 64 letters, digits and . _ : @ -)",
    "ten off（应为：1 到 64 个字母、数字或 . _ : @ -）",
  ],
  ["30 (expected: a duration such as 90s, 15m, 24h or 30d)", "30（应为：时长，如 90s、15m、24h 或 30d）"],
  [
    "Asia/Peking (expected: an IANA time zone such as Asia/Shanghai)",
    "Asia/Peking（应为：IANA 时区，如 Asia/Shanghai）",
  ],
  [
    "no limit (expected: points or tiers, or both)",
    "没有上限（应为：最多积分 points 或最多几档 tiers，至少填一项）",
  ],
  [
    "tasks[0] (a) -> tasks[0] (a) (expected: prerequisites that do not lead back to the task)",
    "tasks[0] (a) -> tasks[0] (a)（应为：不绕回自身的前置任务）",
  ],
  [
    "a.b > 1 && x (expected: a condition in CEL; line 2, column 9: undefined field 'b')",
    "a.b > 1 && x（应为：CEL 条件；第 2 行第 9 列：没有字段 'b'）",
  ],
  [
    "a > 3 (expected: a condition in CEL; column 3: found no matching overload for '_>_' applied to '(string, int)')",
    "a > 3（应为：CEL 条件；第 3 列：> 不能用于 (string, int)）",
  ],
  [
    "mapping values are not allowed here (expected: YAML or JSON; column 7)",
    "此处不能写「字段: 值」（应为：YAML 或 JSON；第 7 列）",
  ],
  [
    "expected ',' or ']', but got <stream end> (expected: YAML or JSON; column 1)",
    "应为 ',' 或 ']'，却是文末（应为：YAML 或 JSON；第 1 列）",
  ],
  [
    "expected <block end>, but found '<scalar>' (expected: YAML or JSON; column 8)",
    "此处不能有值，请检查缩进和引号（应为：YAML 或 JSON；第 8 列）",
  ],
  ["0 (expected: 1 to 31) in line 12", "0（应为：1 到 31 之间），第 12 行"],
];

/** The names of the contract that a program is written with. */
function names(of: DescMessage | DescEnum, known = new Set<string>()): Set<string> {
  if (known.has(of.typeName)) return known;
  known.add(of.typeName);
  if (of.kind === "enum") {
    for (const value of of.values) known.add(value.localName.toLowerCase());
    return known;
  }
  for (const field of of.fields) {
    known.add(field.name);
    const inner = field.message ?? field.enum;
    if (inner) names(inner, known);
  }
  return known;
}

const NAMES = names(ProgramSchema);
/** What stays as it is in Chinese: languages, an example, switches, and what conditions speak of. */
const KEPT = new Set(
  "YAML JSON CEL IANA Asia Shanghai true false event fact viewer active bool int string list".split(" "),
);

/** The words of a text that are neither names of the contract nor the merchant's own. */
function foreign(text: string, written: string): string[] {
  return (text.match(/[A-Za-z_]{3,}/g) ?? []).filter(
    (word) => !NAMES.has(word) && !KEPT.has(word) && !written.includes(word),
  );
}

describe("what the service says is wrong in a program", () => {
  it.each(told)("%s", (message, chinese) => {
    expect(mistakeText(message, "zh")).toBe(chinese);
    expect(mistakeText(message, "en")).toBe(message);
  });

  it("stays English where there are no words for it", () => {
    expect(mistakeText("7 (expected: a prime of Mersenne)", "zh")).toBe("7（应为：a prime of Mersenne）");
    expect(mistakeText("the moon is full", "zh")).toBe("the moon is full");
    expect(mistakeText("", "zh")).toBe("");
  });

  it("is what the merchant wrote, whatever signs that has", () => {
    expect(mistakeText("$1 (expected: a) $& (expected: a list)", "zh")).toBe(
      "$1 (expected: a) $&（应为：列表）",
    );
  });

  it("is Chinese for every bad program of the service's tests", () => {
    const files = readdirSync(BAD_PROGRAMS).filter((name) => name.endsWith(".expected"));
    const messages = files.flatMap((name) => {
      const written = readFileSync(join(BAD_PROGRAMS, name.replace(".expected", ".yaml")), "utf8");
      const lines = readFileSync(join(BAD_PROGRAMS, name), "utf8").trim().split("\n");
      const fields = ProgramSchema.fields.map((field) => field.name).join(", ");
      return lines.map((line) => ({
        message: line.replace(/^.*? \(\d+\): /, "").replace("{fields of Program}", fields),
        written,
      }));
    });
    const left = messages
      .map(({ message, written }) => ({ message, words: foreign(mistakeText(message, "zh"), written) }))
      .filter(({ message, words }) => words.length > 0 || !/[一-鿿]/.test(mistakeText(message, "zh")));
    expect(messages.length).toBeGreaterThan(200);
    expect(left).toEqual([]);
  });
});
