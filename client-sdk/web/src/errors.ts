import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import type { ErrorReason } from "./gen/flywheel/v1/error_pb.js";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.js";

/** A reason that the service gives: a name of the contract's ErrorReason. */
export type ServiceReason = Exclude<keyof typeof ErrorReason, "UNSPECIFIED">;

/**
 * A reason that the client gives, where no answer of the service was had:
 *
 * - NO_CONNECTION: the network, a proxy or the service does not answer; a call was repeated as often as it may be.
 * - DEADLINE_EXCEEDED: the call's time was up. A write may or may not have taken effect: repeat it with the error's
 *   requestId.
 * - CANCELLED: the caller's AbortSignal ended the call.
 * - TOKEN_UNAVAILABLE: the app's token provider failed, or returned something that is not a token.
 * - UNKNOWN: anything else, such as an answer that is none of Flywheel's.
 */
export type ClientReason =
  "NO_CONNECTION" | "DEADLINE_EXCEEDED" | "CANCELLED" | "TOKEN_UNAVAILABLE" | "UNKNOWN";

/**
 * Why a call failed; what apps branch on. A newer service may send names that this version does not list, so a `switch`
 * over it has a default.
 */
export type Reason = ServiceReason | ClientReason;

/** A field of the request, or a path in a program, that breaks its rule. */
export interface FieldViolation {
  /** The field, such as "room_id" or "tasks[3].tiers[1].threshold". */
  readonly field: string;
  /** What is wrong and what is expected. */
  readonly description: string;
}

const domain = "flywheel";

/** The one kind of error that this client throws. */
export class FlywheelError extends Error {
  override readonly name = "FlywheelError";
  /** The status as Connect knows it. */
  override readonly cause: ConnectError;
  /** Why the call failed. */
  readonly reason: Reason;
  /** The gRPC status code. */
  readonly code: Code;
  /** The fields that break their rules; with INVALID_FIELD and INVALID_PROGRAM. */
  readonly fields: readonly FieldViolation[];
  /** When the service wants to be asked again, in milliseconds from the answer. */
  readonly retryAfterMillis: number | undefined;
  /** With INTERNAL: what the service's log line bears too. */
  readonly incident: string | undefined;
  /** The id that the failed write bore. The same write with the same id has one effect, however often it is sent. */
  readonly requestId: string | undefined;

  constructor(cause: ConnectError, reason?: Reason, requestId?: string) {
    const info = cause.findDetails(ErrorInfoSchema).find((detail) => detail.domain === domain);
    const known = reason ?? (info ? (info.reason as Reason) : reasonOf(cause.code));
    super(`${known}: ${cause.rawMessage}`);
    const delay = cause.findDetails(RetryInfoSchema)[0]?.retryDelay;
    this.cause = cause;
    this.reason = known;
    this.code = cause.code;
    this.fields = cause
      .findDetails(BadRequestSchema)
      .flatMap((detail) => detail.fieldViolations)
      .map(({ field, description }) => ({ field, description }));
    this.retryAfterMillis = delay && durationMs(delay);
    this.incident = info?.metadata["incident"];
    this.requestId = requestId;
  }

  /** Anything that was caught, as a FlywheelError. */
  static from(caught: unknown, requestId?: string): FlywheelError {
    if (!(caught instanceof FlywheelError)) {
      return new FlywheelError(ConnectError.from(caught), undefined, requestId);
    }
    const same = requestId === undefined || caught.requestId === requestId;
    return same ? caught : new FlywheelError(caught.cause, caught.reason, requestId);
  }

  /** Whether the reason is one of these. */
  is(...reasons: readonly Reason[]): boolean {
    return reasons.includes(this.reason);
  }

  /**
   * Whether the same call may succeed later. It is safe to repeat it: every write of the contract bears an id by which
   * the service knows it again.
   */
  get isTransient(): boolean {
    switch (this.reason) {
      case "OVERLOADED":
      case "DATABASE_UNAVAILABLE":
      case "SHUTTING_DOWN":
      case "NO_CONNECTION":
      case "TOKEN_UNAVAILABLE":
        return true;
      default:
        return this.retryAfterMillis !== undefined;
    }
  }

  /** Whether whoever can wait, such as a watch, may go on trying: not where the request itself is to blame. */
  get isCurable(): boolean {
    switch (this.code) {
      case Code.InvalidArgument:
      case Code.NotFound:
      case Code.AlreadyExists:
      case Code.PermissionDenied:
      case Code.FailedPrecondition:
      case Code.OutOfRange:
      case Code.Unimplemented:
      case Code.Unauthenticated:
        return false;
      case Code.ResourceExhausted:
        return this.isTransient;
      default:
        return true;
    }
  }
}

/**
 * The reason where the service gave none. A fetch that fails, a connection that is cut and a proxy in between come as
 * UNKNOWN or UNAVAILABLE; the service itself always names its reason.
 */
function reasonOf(code: Code): Reason {
  switch (code) {
    case Code.Unavailable:
    case Code.Unknown:
      return "NO_CONNECTION";
    case Code.Canceled:
      return "CANCELLED";
    case Code.DeadlineExceeded:
      return "DEADLINE_EXCEEDED";
    case Code.Unauthenticated:
      return "UNAUTHENTICATED";
    case Code.PermissionDenied:
      return "NOT_ALLOWED";
    case Code.Unimplemented:
      return "UNKNOWN_METHOD";
    default:
      return "UNKNOWN";
  }
}
