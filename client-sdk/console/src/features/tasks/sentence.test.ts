import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { i18n } from "../../i18n/index.js";
import { isUnreadable, readProgram, type Fields, type Value } from "../../program/document.js";
import { loadParts } from "../../program/parts.js";
import { list } from "../../program/sentence.js";
import { taskSentence } from "./sentence.js";

beforeAll(loadParts);

describe("a task in a sentence", () => {
  const say =
    (language: "zh" | "en", currency = "") =>
    (task: Fields) => {
      i18n.global.locale.value = language;
      return taskSentence(task, { language, currency, t: i18n.global.t });
    };

  it("tells how often, what and what for", () => {
    const task = {
      trigger: "like",
      window: { kind: "day" },
      tiers: [10, 100, 300].map((threshold, i) => ({
        threshold,
        rewards: [{ points: { amount: [2, 5, 10][i] ?? 0 } }],
      })),
    };
    expect(say("zh")(task)).toBe("每日 · 点赞 10 / 100 / 300 → 2 / 5 / 10 积分");
    expect(say("en")(task)).toBe("Daily · Like 10 / 100 / 300 → 2 / 5 / 10 points");
  });

  it("tells goals in the task's unit, as viewers read them", () => {
    const tiers = (...goals: Value[]) =>
      goals.map((threshold) => ({ threshold, rewards: [{ points: { amount: 1 } }] }));
    const watch = { trigger: "watch", window: { kind: "broadcast" }, tiers: tiers("3m", "5m", 90) };
    expect(say("zh")(watch)).toBe(
      "每场直播 · 观看 3\u00a0分钟 / 5\u00a0分钟 / 1\u00a0分钟 30\u00a0秒 → 1 / 1 / 1 积分",
    );
    expect(say("zh")({ trigger: "order", count: "amount", tiers: tiers(50000) })).toContain("¥500 →");
    expect(say("en", "USD")({ trigger: "order", count: "amount", tiers: tiers(12905) })).toContain(
      "$129.05 →",
    );
    expect(say("en", "JPY")({ trigger: "order", count: "amount", tiers: tiers(500) })).toContain("¥500 →");
    expect(say("zh")({ trigger: "watch", count: "distinct_days", tiers: tiers(3) })).toContain("3 天 →");
    expect(say("en")({ trigger: "enter", tiers: tiers(1) })).toBe("Once · Enter the room 1 → 1 point");
    expect(say("en")({ trigger: "watch", tiers: tiers("soon") })).toContain("Watch soon →");
  });

  it("is found for every task of the built-in programs, without anything unknown", () => {
    const folder = join(import.meta.dirname, "../../../../../server/src/main/resources/program");
    for (const name of readdirSync(folder).filter((file) => file.endsWith(".yaml"))) {
      const read = readProgram(readFileSync(join(folder, name), "utf8"));
      if (isUnreadable(read)) throw new Error(read.message);
      for (const task of list(read["tasks"])) {
        for (const language of ["zh", "en"] as const) {
          expect(say(language)(task)).not.toMatch(/\?|program\.|undefined/);
        }
      }
    }
  });
});
