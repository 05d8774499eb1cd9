import { NotCountedReason, type Fact, type FlywheelOptions } from "@flywheel/client";
import { settled } from "./waits.js";

type Interceptor = NonNullable<FlywheelOptions["interceptors"]>[number];

/** What the panel wants to know of the calls of the room session. */
export interface TrafficListener {
  /** The viewer is in the room, where so many actions a second are taken; 0: the usual. */
  onEntered: (perSecond: number) => void;
  /** The service has answered likes. */
  onLikesAnswered: (count: number, facts: readonly Fact[]) => void;
  /** The service has credited watch time up to a moment of this device's clock. */
  onCredited: (atMillis: number) => void;
}

/**
 * Watches the calls of the room session, so that what is shown ahead of the service's word (likes on their way, seconds
 * since the latest heartbeat) is taken back exactly when its answer is there.
 */
export class Traffic {
  readonly #inFlight = new Set<Promise<unknown>>();

  interceptor(listener: TrafficListener): Interceptor {
    return (next) => (request) => {
      if (request.stream || request.service.typeName !== "flywheel.v1.RoomService") {
        return next(request);
      }
      const sentAtMillis = Date.now();
      const call = next(request).then((response) => {
        if (request.method.name === "Act") {
          const what = (request.message as { what?: { case?: string; value?: { count?: number } } }).what;
          if (what?.case === "liked") {
            const { facts = [] } = response.message as { facts?: readonly Fact[] };
            listener.onLikesAnswered(what.value?.count ?? 1, facts);
          }
        } else if (request.method.name !== "LeaveRoom") {
          const { maxActionsPerSecond } = response.message as { maxActionsPerSecond?: number };
          if (request.method.name === "EnterRoom") listener.onEntered(maxActionsPerSecond ?? 0);
          listener.onCredited(sentAtMillis);
        }
        return response;
      });
      const settled = call.catch(() => undefined);
      this.#inFlight.add(settled);
      void settled.finally(() => this.#inFlight.delete(settled));
      return call;
    };
  }

  /** When the calls that are under way are answered, or some time has passed. */
  async quiet(limitMillis: number): Promise<void> {
    if (this.#inFlight.size > 0) {
      await settled(Promise.allSettled(this.#inFlight), limitMillis);
    }
  }
}

/** How much of what was reported was more than a person can do. */
export function tooFast(facts: readonly Fact[]): number {
  return facts.reduce(
    (sum, { what }) =>
      what.case === "notCounted" && what.value.reason === NotCountedReason.TOO_FAST
        ? sum + Number(what.value.amount)
        : sum,
    0,
  );
}
