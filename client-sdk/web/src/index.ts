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
export { joinRoom, type RoomOptions, type RoomSession, type RoomState } from "./room.js";
export type { TokenClaims, TokenProvider } from "./token.js";
export type { RetryOptions } from "./transport.js";
export type { ConnectionState, WatchOptions } from "./watch.js";
export * from "./gen/flywheel/v1/analytics_service_pb.js";
export * from "./gen/flywheel/v1/check_in_service_pb.js";
export * from "./gen/flywheel/v1/error_pb.js";
export * from "./gen/flywheel/v1/event_pb.js";
export * from "./gen/flywheel/v1/event_service_pb.js";
export * from "./gen/flywheel/v1/fact_pb.js";
export * from "./gen/flywheel/v1/points_service_pb.js";
export * from "./gen/flywheel/v1/program_pb.js";
export * from "./gen/flywheel/v1/program_service_pb.js";
export * from "./gen/flywheel/v1/reward_pb.js";
export * from "./gen/flywheel/v1/room_service_pb.js";
export * from "./gen/flywheel/v1/task_service_pb.js";
export * from "./gen/flywheel/v1/viewer_service_pb.js";
