import { createFlywheel, type Flywheel } from "@flywheel/client";
import { session } from "../session/session.js";
import { endSession } from "../session/expiry.js";

let connected: { token: string; flywheel: Flywheel } | undefined;

/** The connection in the name of whoever is signed in. */
export function flywheel(): Flywheel {
  const token = session.value?.token ?? "";
  if (connected?.token !== token) {
    connected = { token, flywheel: createFlywheel({ token, onSignedOut: endSession }) };
  }
  return connected.flywheel;
}
