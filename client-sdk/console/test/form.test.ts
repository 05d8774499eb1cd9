import type { DescMessage } from "@bufbuild/protobuf";
import { ProgramSchema } from "@flywheel/client";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { computed, createApp, defineComponent, h, type App } from "vue";
import { en } from "../src/i18n/en.js";
import { i18n } from "../src/i18n/index.js";
import { zh } from "../src/i18n/zh.js";
import { provideForm } from "../src/program/context.js";
import { isUnreadable, readProgram, type Fields, type Value } from "../src/program/document.js";
import FieldsOf from "../src/program/FieldsOf.vue";
import { groupsOf } from "../src/program/layout.js";
import { choices, kindOf, messageOf } from "../src/program/schema.js";
import { list, taskSentence } from "../src/program/sentence.js";

// Choosers bring a floating list each, which takes minutes in a test's DOM; where they stand is what counts here.
vi.mock("../src/shell/element.js", () => ({
  ElSelect: { render: () => h("select") },
  ElOption: { render: () => h("option") },
}));

/** Every message that a program is made of. */
function messages(of: DescMessage, found = new Set<DescMessage>()): Set<DescMessage> {
  if (found.has(of)) return found;
  found.add(of);
  for (const field of of.fields) {
    const inner = messageOf(field);
    if (inner && kindOf(field) !== "localized") messages(inner, found);
  }
  return found;
}

const all = [...messages(ProgramSchema)];

/** A program in which every field is set, with one item in each list. */
function complete(message: DescMessage): Fields {
  const fields: Fields = {};
  for (const field of message.fields) fields[field.name] = valueFor(field);
  return fields;
}

function valueFor(field: DescMessage["fields"][number]): Value {
  const message = messageOf(field);
  switch (kindOf(field)) {
    case "localized":
      return { zh: "一", en: "one" };
    case "section":
      return message ? complete(message) : undefined;
    case "list":
      return message?.name === "Reward"
        ? message.fields.map((kind) => ({ [kind.name]: valueFor(kind) ?? {} }))
        : message && [complete(message)];
    case "words":
      return ["a"];
    case "switch":
      return true;
    case "number":
      return 1;
    case "choice":
      return choices(field)[0];
    case "duration":
      return "90s";
    case "time":
      return "2026-11-11T20:00:00+08:00";
    case "text":
      return "text";
  }
}

let app: App | undefined;
afterEach(() => app?.unmount());

function mounted(fields: Fields): HTMLElement {
  const host = document.createElement("div");
  document.body.append(host);
  const form = defineComponent({
    setup() {
      const nothing = () => undefined;
      provideForm({
        fields: computed(() => fields),
        locked: computed(() => false),
        mistakes: computed(() => []),
        set: nothing,
        insert: nothing,
        move: nothing,
      });
      return () => h(FieldsOf, { message: ProgramSchema, path: [] });
    },
  });
  app = createApp(form).use(i18n);
  app.mount(host);
  return host;
}

/** The path of every field of a complete program. */
function pathsOf(message: DescMessage, at: string): string[] {
  return message.fields.flatMap((field) => {
    const path = at ? `${at}.${field.name}` : field.name;
    const inner = messageOf(field);
    switch (kindOf(field)) {
      case "localized":
        return [`${path}.zh`, `${path}.en`];
      case "section":
        return [path, ...(inner ? pathsOf(inner, path) : [])];
      case "list":
        if (inner?.name === "Reward")
          return inner.fields.flatMap((kind, i) => {
            const reward = messageOf(kind);
            return reward ? pathsOf(reward, `${path}[${i}].${kind.name}`) : [];
          });
        return [path, ...(inner ? pathsOf(inner, `${path}[0]`) : [])];
      default:
        return [path];
    }
  });
}

describe("the form", () => {
  it("has a control for every field of Program", () => {
    const host = mounted(complete(ProgramSchema));
    const controls = new Set(
      [...host.querySelectorAll("[data-path]")].map((at) => at.getAttribute("data-path")),
    );
    expect(pathsOf(ProgramSchema, "").filter((path) => !controls.has(path))).toEqual([]);
  }, 60_000);

  it("shows every field of a message in one group", () => {
    for (const message of all) {
      const shown = groupsOf(message).flatMap((group) => group.fields);
      expect(shown.toSorted(), message.name).toEqual(message.fields.map((field) => field.name).toSorted());
    }
  });

  it("names every field and every choice in both languages", () => {
    for (const words of [zh, en]) {
      const labels = words.program.field as Record<string, Record<string, { label: string }>>;
      const options = words.program.choice as Record<string, Record<string, string>>;
      for (const message of all) {
        for (const field of message.fields) {
          expect(labels[message.name]?.[field.name]?.label, `${message.name}.${field.name}`).toBeTruthy();
          for (const choice of choices(field))
            expect(
              options[field.enum?.name ?? ""]?.[choice],
              `${field.enum?.name ?? ""}.${choice}`,
            ).toBeTruthy();
        }
      }
    }
  });
});

describe("the dictionaries", () => {
  const keys = (words: object, at = ""): string[] =>
    Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
      typeof value === "object" && value ? keys(value, `${at}${key}.`) : [`${at}${key}`],
    );
  const placeholders = (words: object): string[][] =>
    Object.values(words).flatMap((value: unknown) =>
      typeof value === "object" && value
        ? placeholders(value)
        : [[...new Set(String(value).match(/\{\w+\}/g) ?? [])].toSorted()],
    );

  it("have the same keys and the same places to fill in", () => {
    expect(keys(en)).toEqual(keys(zh));
    expect(placeholders(en)).toEqual(placeholders(zh));
  });

  it("have no bare @, which leads to another message and fails where there is none", () => {
    expect(JSON.stringify([zh, en]).replaceAll("{'@'}", "")).not.toContain("@");
  });
});

describe("a task in a sentence", () => {
  const say = (language: "zh" | "en") => (task: Fields) => {
    i18n.global.locale.value = language;
    return taskSentence(task, language, i18n.global.t);
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
    expect(say("zh")({ trigger: "watch", count: "distinct_days", tiers: tiers(3) })).toContain("3 天 →");
    expect(say("en")({ trigger: "enter", tiers: tiers(1) })).toBe("Once · Enter the room 1 → 1 point");
    expect(say("en")({ trigger: "watch", tiers: tiers("soon") })).toContain("Watch soon →");
  });

  it("is found for every task of the built-in programs, without anything unknown", () => {
    const folder = join(import.meta.dirname, "../../../server/src/main/resources/program");
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
