import { readFileSync } from "node:fs";
import { fromJson, type DescMessage, type JsonValue, type MessageShape } from "@bufbuild/protobuf";
import {
  ActResponseSchema,
  CheckInResponseSchema,
  EnterRoomResponseSchema,
  GetCheckInCalendarResponseSchema,
  ListTasksResponseSchema,
  ViewerSchema,
} from "@flywheel/client";

/** Answers of a service with the program growth-flywheel to one viewer, in the order in which they came. */
const recorded = JSON.parse(readFileSync(new URL("recorded.json", import.meta.url), "utf8")) as Record<
  string,
  JsonValue
>;

function read<D extends DescMessage>(schema: D, name: string): MessageShape<D> {
  return fromJson(schema, recorded[name] ?? null);
}

export const entered = () => read(EnterRoomResponseSchema, "entered");
export const tasks = () => read(ListTasksResponseSchema, "tasks");
export const calendar = () => read(GetCheckInCalendarResponseSchema, "calendar");
export const checkedIn = () => read(CheckInResponseSchema, "checkedIn");
export const liked = () => read(ActResponseSchema, "liked");
export const commented = () => read(ActResponseSchema, "commented");
export const shared = () => read(ActResponseSchema, "shared");
export const viewer = () => read(ViewerSchema, "viewer");
export const tasksAfter = () => read(ListTasksResponseSchema, "tasksAfter");
