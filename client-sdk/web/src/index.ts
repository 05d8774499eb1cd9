export { createFlywheel, type Flywheel, type FlywheelOptions } from "./flywheel.js";
export {
  FlywheelError,
  type ClientReason,
  type FieldViolation,
  type Reason,
  type ServiceReason,
} from "./errors.js";
export type { Backoff } from "./backoff.js";
export { newRequestId } from "./ids.js";
export type { LikeStorage } from "./likes.js";
export type { RoomState } from "./presence.js";
export { joinRoom, type ActOptions, type RoomOptions, type RoomSession } from "./room.js";
export { readClaims, type TokenClaims, type TokenProvider } from "./token.js";
export type { RetryOptions } from "./transport.js";
export type { ConnectionState, WatchOptions } from "./watch.js";
export * from "./gen/index.js";
