import { ProgramSchema } from "@flywheel/client";
import type { DescMessage } from "@bufbuild/protobuf";
import {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  Scalar,
  visit,
  YAMLMap,
  YAMLSeq,
  type Node,
  type Pair,
} from "yaml";
import { fieldOf, kindOf, messageOf, shorthandField } from "./schema.js";

/** Where something stands in a program: names of fields (snake_case) and indexes. */
export type Path = readonly (string | number)[];

/** A value as the form has it: everything written out, by the contract's field names. */
export type Value = string | number | boolean | Value[] | { [field: string]: Value } | undefined;
export type Fields = { [field: string]: Value };

/** A YAML document that could not be read. */
export interface Unreadable {
  message: string;
  line: number;
}

/** "tasks[3].tiers[1].threshold" */
export function pathText(path: Path): string {
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`))
    .join("");
}

export function parsePath(text: string): Path {
  return [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map((match) =>
    match[1] === undefined ? (match[2] ?? "") : Number(match[1]),
  );
}

export function getAt(value: Value, path: Path): Value {
  let at: Value = value;
  for (const part of path) {
    if (at === undefined || typeof at !== "object") return undefined;
    at = (at as Record<string | number, Value>)[part];
  }
  return at;
}

/** Reads a document for the form, or says why it can't be read. */
export function readProgram(text: string): Fields | Unreadable {
  const { document, problem } = parse(text);
  if (problem) return problem;
  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: 200 });
  } catch (caught) {
    return { message: String(caught), line: lineOfAlias(text) };
  }
  if (plain === null || plain === undefined) return {};
  if (typeof plain !== "object" || Array.isArray(plain)) return { message: "", line: 1 };
  return writtenOut(plain, ProgramSchema) as Fields;
}

/** The line of the first alias that stands for nothing: all that a document of sound syntax can fail for. */
function lineOfAlias(text: string): number {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  let offset = 0;
  visit(document, {
    Alias: (_, node) => {
      if (node.resolve(document)) return undefined;
      offset = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return lines.linePos(offset).line;
}

export function isUnreadable(read: Fields | Unreadable): read is Unreadable {
  return typeof read["message"] === "string" && typeof read["line"] === "number" && !("name" in read);
}

/**
 * Sets what stands at a path and leaves everything else as its author wrote it: comments, order, quotes, shorthands.
 *
 * @param value undefined: what stands there goes
 */
export function setAt(text: string, path: Path, value: Value): string {
  const inPlace =
    value === undefined || typeof value === "object" ? undefined : scalarInPlace(text, path, value);
  return (
    inPlace ??
    changed(text, (document) => {
      if (value === undefined) remove(document, path);
      else put(document, path, value);
    })
  );
}

export function insertAt(text: string, path: Path, index: number, value: Value): string {
  return changed(text, (document) => {
    const found = nodeAt(document, path);
    if (isSeq(found) && found.items.length > 0) {
      found.items.splice(index, 0, createNode(document, value));
    } else {
      put(document, path, [value]);
    }
  });
}

export function moveItem(text: string, path: Path, from: number, to: number): string {
  return changed(text, (document) => {
    const list = nodeAt(document, path);
    if (!isSeq(list) || !list.items[from] || !list.items[to]) return;
    const [item] = list.items.splice(from, 1);
    list.items.splice(to, 0, item);
  });
}

/** The line, from 1, of what stands at a path, or of the nearest thing around it that is there. */
export function lineAt(text: string, path: Path): number {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  for (let length = path.length; length > 0; length--) {
    const offset = startOf(document, path.slice(0, length));
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return 1;
}

function startOf(document: Document.Parsed, path: Path): number | undefined {
  const parent = nodeAt(document, path.slice(0, -1));
  const last = path.at(-1);
  if (isMap(parent)) {
    const key = pairOf(parent, String(last))?.key;
    return isScalar(key) ? key.range?.[0] : undefined;
  }
  return nodeAt(document, path)?.range?.[0];
}

function parse(text: string): { document: Document.Parsed; problem: Unreadable | undefined } {
  const document = parseDocument(text, { prettyErrors: true, uniqueKeys: false, merge: false });
  const error = document.errors[0];
  const problem = error && {
    message: error.message.split("\n")[0] ?? "",
    line: error.linePos?.[0].line ?? 1,
  };
  return { document, problem };
}

/** A document's value with shorthands and JSON names written out; what no field is of is left aside. */
function writtenOut(plain: unknown, type: DescMessage): Value {
  if (plain === null || plain === undefined) return undefined;
  if (typeof plain !== "object" || plain instanceof Date) {
    const first = shorthandField(type);
    return first ? { [first.name]: scalar(plain) } : undefined;
  }
  const fields: Fields = {};
  for (const [name, given] of Object.entries(plain)) {
    const field = fieldOf(type, name);
    if (!field || given === null) continue;
    const message = messageOf(field);
    const kind = kindOf(field);
    if (kind === "list" || kind === "words") {
      fields[field.name] = (Array.isArray(given) ? given : [given]).map((item: unknown) =>
        message ? writtenOut(item, message) : scalar(item),
      );
    } else {
      fields[field.name] = message ? writtenOut(given, message) : scalar(given);
    }
  }
  return fields;
}

function scalar(value: unknown): Value {
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "string") return value;
  return value instanceof Date ? value.toISOString() : typeof value === "bigint" ? String(value) : undefined;
}

/** Where a plain value is only replaced by another, nothing but its own characters changes. */
function scalarInPlace(text: string, path: Path, value: string | number | boolean): string | undefined {
  const { document, problem } = parse(text);
  const node = problem ? undefined : nodeAt(document, path);
  if (!isScalar(node) || !node.range || node.anchor || node.source === undefined) return undefined;
  if (node.type === Scalar.BLOCK_FOLDED || node.type === Scalar.BLOCK_LITERAL) return undefined;
  const [start, end] = node.range;
  if (start === end) return undefined;
  const next = new Scalar(value);
  if (typeof value === "string" && node.type && node.type !== Scalar.PLAIN) next.type = node.type;
  const holder = new YAMLSeq();
  holder.flow = true; // what is good inside of [] is good anywhere
  holder.items.push(next);
  const alone = new Document(holder).toString({ lineWidth: 0, flowCollectionPadding: false }).trim();
  return text.slice(0, start) + alone.slice(1, -1) + text.slice(end);
}

function changed(text: string, change: (document: Document.Parsed) => void): string {
  const { document, problem } = parse(text);
  if (problem) return text;
  keepPadding(document, text);
  change(document);
  return document.toString({ lineWidth: 0, indentSeq: indentsSequences(text) });
}

/** The blanks inside of [] and {} stay as their author set them; new lists have none. */
function keepPadding(document: Document.Parsed, text: string): void {
  const padded = (node: YAMLMap | YAMLSeq) => text[(node.range?.[0] ?? 0) + 1] === " ";
  visit(document, {
    Collection: (_, node) => {
      if (node.flow && !padded(node)) withoutPadding(node);
    },
  });
}

function withoutPadding(node: YAMLMap | YAMLSeq): void {
  const write = node.toString.bind(node);
  node.toString = (context, ...rest) =>
    write(context && { ...context, flowCollectionPadding: "" as never }, ...rest);
}

/** Whether the author writes the dashes of a list deeper than its key. */
function indentsSequences(text: string): boolean {
  const found = /^( *)[\w-]+:[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*( *)- /m.exec(text);
  return !found || (found[2] ?? "").length > (found[1] ?? "").length;
}

/** The node at a path, where a plain value stands for the first field of its message. */
function nodeAt(document: Document.Parsed, path: Path): Node | undefined {
  let node = resolved(document, document.contents);
  let type: DescMessage | undefined = ProgramSchema;
  for (const part of path) {
    if (typeof part === "number") {
      node = isSeq(node) ? resolved(document, node.items[part]) : undefined;
      continue;
    }
    const field: ReturnType<typeof fieldOf> = type && fieldOf(type, part);
    if (isScalar(node) && type && field && shorthandField(type) === field) {
      type = messageOf(field);
      continue;
    }
    node = isMap(node) ? resolved(document, pairOf(node, part)?.value) : undefined;
    type = field && messageOf(field);
  }
  return node;
}

function resolved(document: Document.Parsed, node: unknown): Node | undefined {
  if (isAlias(node)) return node.resolve(document);
  return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
}

function pairOf(map: YAMLMap, name: string): Pair<unknown, unknown> | undefined {
  const camel = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return map.items.find((pair) => {
    const key = isScalar(pair.key) ? pair.key.value : pair.key;
    return key === name || key === camel;
  });
}

function put(document: Document.Parsed, path: Path, value: Value): void {
  const last = path.at(-1);
  if (last === undefined) return;
  const parent = container(document, path.slice(0, -1));
  const created = createNode(document, value);
  if (typeof last === "number") {
    if (isSeq(parent)) parent.items[last] = created;
    return;
  }
  if (!isMap(parent)) return;
  const pair = pairOf(parent, last);
  if (!pair) {
    parent.items.push(document.createPair(last, created));
  } else if (isScalar(pair.value) && isScalar(created)) {
    pair.value.value = created.value;
  } else {
    if (isScalar(pair.value) && pair.value.comment) created.commentBefore = pair.value.comment;
    pair.value = created;
  }
}

/** The mapping or list at a path, made where it is missing, spelled out where a plain value stands for it. */
function container(document: Document.Parsed, path: Path): YAMLMap | YAMLSeq {
  const found = nodeAt(document, path);
  if (path.length === 0) {
    if (!isMap(found)) document.contents = new YAMLMap() as never;
    return document.contents as unknown as YAMLMap;
  }
  if (isMap(found) || isSeq(found)) return found;
  const made = new YAMLMap();
  if (isScalar(found) && found.value !== null) {
    const type = typeAt(path);
    const first = type && shorthandField(type);
    if (first) made.items.push(document.createPair(first.name, found.value));
    made.comment = found.comment ?? null;
    made.flow = true;
  }
  const last = path.at(-1);
  const parent = container(document, path.slice(0, -1));
  if (isMap(parent)) {
    const pair = pairOf(parent, String(last));
    if (pair) pair.value = made;
    else parent.items.push(document.createPair(last, made));
  } else if (typeof last === "number") {
    parent.items[last] = made;
  }
  return made;
}

/** The message that is written at a path. */
function typeAt(path: Path): DescMessage | undefined {
  let type: DescMessage | undefined = ProgramSchema;
  for (const part of path) {
    const field: ReturnType<typeof fieldOf> =
      typeof part === "string" && type ? fieldOf(type, part) : undefined;
    if (typeof part === "string") type = field && messageOf(field);
  }
  return type;
}

function remove(document: Document.Parsed, path: Path): void {
  const last = path.at(-1);
  const parent = nodeAt(document, path.slice(0, -1));
  if (typeof last === "number" && isSeq(parent)) {
    parent.items.splice(last, 1);
    if (parent.items.length === 0) remove(document, path.slice(0, -1));
  } else if (isMap(parent)) {
    const pair = pairOf(parent, String(last));
    parent.items = parent.items.filter((item) => item !== pair);
    const empty = parent.items.length === 0 && path.length > 1;
    if (empty && typeof path.at(-2) === "string") removeEmptied(document, path.slice(0, -1));
  } else if (isScalar(parent) && path.length > 1) {
    removeEmptied(document, path.slice(0, -1)); // the plain value that stood for the field
  }
}

/** A section goes with its last field; but of a choice, such as a kind of reward, it tells what was chosen. */
function removeEmptied(document: Document.Parsed, path: Path): void {
  const chooser = typeAt(path.slice(0, -1));
  if (chooser && chooser !== ProgramSchema && !shorthandField(chooser)) put(document, path, {});
  else remove(document, path);
}

/** Small things are written on a line, as people do: `{ zh: 签到, en: Check-in }`. */
function createNode(document: Document.Parsed, value: Value): Node {
  const node = document.createNode(value);
  flatten(node);
  return node;
}

function flatten(node: unknown): void {
  if (!isMap(node) && !isSeq(node)) return;
  const children: unknown[] = isMap(node) ? node.items.map((pair) => pair.value) : node.items;
  children.forEach(flatten);
  const names: unknown[] = isMap(node)
    ? node.items.map((pair) => (isScalar(pair.key) ? pair.key.value : ""))
    : [];
  const small = children.every(isScalar);
  node.flow = children.length === 0 || (small && (isSeq(node) || names.includes("zh")));
  if (isSeq(node)) withoutPadding(node);
}
