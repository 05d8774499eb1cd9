import {
  create,
  createFileRegistry,
  ScalarType,
  type DescEnum,
  type DescField,
  type DescMessage,
} from "@bufbuild/protobuf";
import {
  DurationSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorSetSchema,
  file_google_protobuf_duration,
} from "@bufbuild/protobuf/wkt";
import { ProgramSchema } from "@flywheel/client";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { computed, createApp, defineComponent, h, type App } from "vue";
import { i18n } from "../src/i18n/index.js";
import { provideForm } from "../src/program/context.js";
import type { Fields, Value } from "../src/program/document.js";
import FieldsOf from "../src/program/FieldsOf.vue";
import { groupsOf, loadParts, sections } from "../src/program/parts.js";
import { choices } from "../src/program/schema.js";
import { programEn } from "../src/program/words.en.js";
import { programZh } from "../src/program/words.zh.js";

// Choosers bring a floating list each, which takes minutes in a test's DOM; where they stand is what counts here.
vi.mock("../src/shell/element.js", () => ({
  ElSelect: {
    props: ["multiple"],
    render: (of: { multiple?: unknown }) => h("select", { multiple: of.multiple === "" }),
  },
  ElOption: { render: () => h("option") },
}));

const DURATION = DurationSchema.typeName;
const TIMESTAMP = "google.protobuf.Timestamp";
const TEXT = "flywheel.v1.Text";

/** The message whose fields are shown below a field; read from the descriptor alone. */
function inside(field: DescField): DescMessage | undefined {
  const plain = !field.message || [DURATION, TIMESTAMP, TEXT].includes(field.message.typeName);
  return plain || field.fieldKind === "map" ? undefined : field.message;
}

/** Every message that a program is made of. */
function messages(of: DescMessage, found = new Set<DescMessage>()): Set<DescMessage> {
  if (found.has(of)) return found;
  found.add(of);
  for (const field of of.fields) {
    const inner = inside(field);
    if (inner) messages(inner, found);
  }
  return found;
}

const all = [...messages(ProgramSchema)];
const isOneKindOf = (message: DescMessage) =>
  message.fields.length > 1 && message.fields.every((field) => field.oneof);
const written = (type: DescEnum) =>
  type.values[1]?.name.toLowerCase().replace(type.sharedPrefix ?? "", "") ?? "";

/** A message in which every field is set, with one item in each list. */
function complete(message: DescMessage, fields = message.fields): Fields {
  return Object.fromEntries(fields.map((field) => [field.name, valueFor(field)]));
}

function valueFor(field: DescField): Value {
  const inner = inside(field);
  if (field.fieldKind === "map") return {};
  if (field.fieldKind === "list") {
    if (!inner) return ["a"];
    return isOneKindOf(inner)
      ? inner.fields.map((kind) => ({ [kind.name]: valueFor(kind) ?? {} }))
      : [complete(inner)];
  }
  if (inner && isOneKindOf(inner)) return complete(inner, inner.fields.slice(0, 1));
  if (inner) return complete(inner);
  if (field.message?.typeName === TEXT) return { zh: "一", en: "one" };
  if (field.message?.typeName === DURATION) return "90s";
  if (field.message?.typeName === TIMESTAMP) return "2026-11-11T20:00:00+08:00";
  if (field.enum) return written(field.enum);
  if (field.scalar === ScalarType.BOOL) return true;
  return field.scalar === ScalarType.STRING ? "text" : 1;
}

/** The control that a field needs, as a selector; undefined: what is inside of it has controls. */
function controlOf(field: DescField): string | undefined {
  if (field.fieldKind === "list") return inside(field) ? undefined : "select[multiple]";
  if (field.fieldKind === "map") return "p";
  if (field.fieldKind === "enum") return "select:not([multiple])";
  if (field.fieldKind === "message") {
    if (field.message.typeName === TIMESTAMP) return "input[type=datetime-local]";
    if (field.message.typeName === TEXT) return '[data-path$=".zh"] input';
    return field.message.typeName === DURATION ? "input[type=text][inputmode=text]" : undefined;
  }
  if (field.scalar === ScalarType.BOOL) return "input[role=switch]";
  // What names another item is chosen, and a condition has room for lines.
  if (field.scalar === ScalarType.STRING)
    return "input[type=text][inputmode=text], select:not([multiple]), textarea";
  return 'input[type=text][inputmode=numeric], input[type=text][inputmode=decimal], input[placeholder*="90s"]';
}

/** Every field with a control of its own, by its path in a complete message. */
function controlsOf(
  message: DescMessage,
  at: string,
  fields = message.fields,
): { path: string; field: DescField }[] {
  return fields.flatMap((field) => {
    const path = at ? `${at}.${field.name}` : field.name;
    const inner = inside(field);
    const own = { path, field };
    if (!inner) return [own];
    if (field.fieldKind !== "list") {
      // Of the kinds one is set; the others are offered beside it.
      const set = isOneKindOf(inner) ? inner.fields.slice(0, 1) : inner.fields;
      return [own, ...controlsOf(inner, path, set)];
    }
    if (!isOneKindOf(inner)) return [own, ...controlsOf(inner, `${path}[0]`)];
    return inner.fields.flatMap((kind, i) => {
      const reward = inside(kind);
      return reward ? controlsOf(reward, `${path}[${i}].${kind.name}`) : [];
    });
  });
}

let app: App | undefined;
afterEach(() => app?.unmount());

function mounted(message: DescMessage): HTMLElement {
  const host = document.createElement("div");
  document.body.append(host);
  const form = defineComponent({
    setup() {
      const nothing = () => undefined;
      provideForm({
        fields: computed(() => complete(message)),
        locked: computed(() => false),
        mistakes: computed(() => []),
        set: nothing,
        insert: nothing,
        move: nothing,
      });
      return () => h(FieldsOf, { message, path: [] });
    },
  });
  app = createApp(form).use(i18n);
  app.mount(host);
  return host;
}

/** Fields without the control that they need. */
function withoutControl(message: DescMessage): string[] {
  const host = mounted(message);
  return controlsOf(message, "").flatMap(({ path, field }) => {
    const place = [...host.querySelectorAll("[data-path]")].find(
      (at) => at.getAttribute("data-path") === path,
    );
    if (!place) return [`${path}: not shown`];
    const selector = controlOf(field);
    return selector && !place.querySelector(selector) ? [`${path}: no ${selector}`] : [];
  });
}

/** A section that no feature of the console has heard of, as a later version of the contract may bring it. */
const unheard = (() => {
  const optional = Label.OPTIONAL;
  const field = (name: string, number: number, type: Type, more: object = {}) => ({
    name,
    jsonName: name,
    number,
    type,
    label: optional,
    ...more,
  });
  const registry = createFileRegistry(
    create(FileDescriptorSetSchema, {
      file: [
        file_google_protobuf_duration.proto,
        {
          name: "lucky.proto",
          package: "lucky",
          syntax: "proto3",
          dependency: ["google/protobuf/duration.proto"],
          enumType: [
            {
              name: "Mood",
              value: [
                { name: "MOOD_UNSPECIFIED", number: 0 },
                { name: "MOOD_VERY_GLAD", number: 1 },
              ],
            },
          ],
          messageType: [
            {
              name: "Prize",
              field: [field("id", 1, Type.STRING), field("odds_per_million", 2, Type.INT64)],
            },
            {
              name: "Lucky",
              field: [
                field("max_draws", 1, Type.INT32),
                field("open_to_all", 2, Type.BOOL),
                field("mood", 3, Type.ENUM, { typeName: ".lucky.Mood" }),
                field("every", 4, Type.MESSAGE, { typeName: ".google.protobuf.Duration" }),
                field("prizes", 5, Type.MESSAGE, { typeName: ".lucky.Prize", label: Label.REPEATED }),
                field("words", 6, Type.STRING, { label: Label.REPEATED }),
                field("chance", 7, Type.DOUBLE),
                field("numbers", 8, Type.INT32, { label: Label.REPEATED }),
                field("moods", 9, Type.ENUM, { typeName: ".lucky.Mood", label: Label.REPEATED }),
              ],
            },
          ],
        },
      ],
    }),
  );
  const found = registry.getMessage("lucky.Lucky");
  if (!found) throw new Error("the descriptor was not read");
  return found;
})();

describe("the form without any feature's part", () => {
  it("shows every field of Program in a section of its own", () => {
    expect(sections().flatMap(({ fields }) => fields)).toEqual(ProgramSchema.fields.map(({ name }) => name));
  });

  it("has the right control for every field of Program", () => {
    expect(withoutControl(ProgramSchema)).toEqual([]);
  }, 60_000);

  it("shows a section that it has never heard of, from the descriptor", () => {
    expect(withoutControl(unheard)).toEqual([]);
    const labels = [...document.querySelectorAll("label, h3")].map((label) => label.textContent.trim());
    expect(labels).toEqual(expect.arrayContaining(["Max draws", "Open to all", "Odds per million"]));
  });
});

describe("the form", () => {
  beforeAll(loadParts);

  it("has the right control for every field of Program", () => {
    expect(withoutControl(ProgramSchema)).toEqual([]);
  }, 60_000);

  it("shows every field of a message in one group, and every field of Program in one section", () => {
    for (const message of all) {
      const shown = groupsOf(message).flatMap((group) => group.fields);
      expect(shown.toSorted(), message.name).toEqual(message.fields.map((field) => field.name).toSorted());
    }
    const shown = sections().flatMap(({ fields }) => fields);
    expect(shown.toSorted()).toEqual(ProgramSchema.fields.map(({ name }) => name).toSorted());
  });

  it("calls every field and every choice in words of its own, in both languages", () => {
    const said = i18n.global as unknown as { te: (key: string, locale: string) => boolean };
    const without = all.flatMap((message) =>
      message.fields.flatMap((field) => [
        // Chinese and English are told apart by their signs.
        ...(message.typeName === TEXT ? [] : [`program.field.${message.name}.${field.name}.label`]),
        ...(field.fieldKind === "enum"
          ? choices(field).map((choice) => `program.choice.${field.enum.name}.${choice}`)
          : []),
      ]),
    );
    for (const language of ["zh", "en"])
      expect([language, without.filter((key) => !said.te(key, language))]).toEqual([language, []]);
  });

  it("has the same keys in both languages, and the same places to fill in", () => {
    expect(keys(programEn)).toEqual(keys(programZh));
    expect(placeholders(programEn)).toEqual(placeholders(programZh));
  });
});

function keys(words: object, at = ""): string[] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) =>
    typeof value === "object" && value ? keys(value, `${at}${key}.`) : [`${at}${key}`],
  );
}

function placeholders(words: object): string[][] {
  return Object.values(words).flatMap((value: unknown) =>
    typeof value === "object" && value
      ? placeholders(value)
      : [[...new Set(String(value).match(/\{\w+\}/g) ?? [])].toSorted()],
  );
}
