import { ScalarType, type DescEnum, type DescField, type DescMessage } from "@bufbuild/protobuf";

/** How a field of the program is written, and thus which control edits it. */
export type FieldKind =
  | "text" // an identifier or a line of text
  | "localized" // Text: Chinese and English
  | "number"
  | "switch"
  | "choice"
  | "duration"
  | "time"
  | "section" // a message
  | "list" // of messages
  | "words" // of plain values
  | "map"; // written in YAML alone

const DURATION = "google.protobuf.Duration";
const TIMESTAMP = "google.protobuf.Timestamp";
const TEXT = "flywheel.v1.Text";

export function kindOf(field: DescField): FieldKind {
  switch (field.fieldKind) {
    case "list":
      return field.listKind === "message" && !isPlain(field.message) ? "list" : "words";
    case "map":
      return "map";
    case "enum":
      return "choice";
    case "message":
      return kindOfMessage(field.message);
    case "scalar":
      if (field.scalar === ScalarType.BOOL) return "switch";
      return field.scalar === ScalarType.STRING || field.scalar === ScalarType.BYTES ? "text" : "number";
  }
}

/** Whether a message is written as a plain value. */
function isPlain(message: DescMessage): boolean {
  return message.typeName === DURATION || message.typeName === TIMESTAMP;
}

function kindOfMessage(message: DescMessage): FieldKind {
  if (message.typeName === DURATION) return "duration";
  if (message.typeName === TIMESTAMP) return "time";
  return message.typeName === TEXT ? "localized" : "section";
}

/** The message that a section or an item of a list is of. */
export function messageOf(field: DescField): DescMessage | undefined {
  return field.message && ["section", "list", "localized"].includes(kindOf(field))
    ? field.message
    : undefined;
}

/** A plain value stands for this field of a message; undefined: none may. As the service reads programs. */
export function shorthandField(message: DescMessage): DescField | undefined {
  return message.typeName === "flywheel.v1.Program" || message.oneofs.some((oneof) => isReal(oneof.fields))
    ? undefined
    : message.fields[0];
}

/** Whether exactly one of a message's fields is set, as of a reward or a price. */
export function isOneKind(message: DescMessage): boolean {
  return isReal(message.fields) && message.fields.every((field) => field.oneof?.name === "kind");
}

/** An `optional` field is a oneof of its own in descriptors, which is none to people. */
function isReal(fields: readonly DescField[]): boolean {
  return fields.length > 1;
}

/** The values of an enum as they are written in a program, without the unspecified one. */
export function choices(field: DescField): string[] {
  return field.enum ? choicesOf(field.enum) : [];
}

export function choicesOf(type: DescEnum): string[] {
  const prefix = type.sharedPrefix ?? "";
  return type.values
    .filter((value) => value.number !== 0)
    .map((value) => value.name.toLowerCase().replace(prefix, ""));
}

/** The field of a name as it may be written: snake_case, or camelCase as in JSON. */
export function fieldOf(message: DescMessage, name: string): DescField | undefined {
  return message.fields.find((field) => field.name === name || field.jsonName === name);
}
