import { createFlywheel, FlywheelError, ProgramService } from "@flywheel/client";
import {
  closeSession,
  fragmentToken,
  openSession,
  readSession,
  storedToken,
  tokenIn,
  type TokenFlaw,
} from "./session.js";

/** Why signing in failed: a flaw of the token, or what the service answered. */
export type SignInFailure = TokenFlaw | "refused" | "forbidden" | FlywheelError;

/** Signs in: reads the token and asks the service whether it is good. */
export async function signIn(pasted: string, remembered: boolean): Promise<SignInFailure | undefined> {
  const token = tokenIn(pasted);
  if (token === undefined) return "malformed";
  const flywheel = createFlywheel({ token, retry: { attempts: 2 } });
  const opened = readSession(token, remembered, await flywheel.claims(), Date.now());
  if (typeof opened === "string") return opened;
  try {
    await flywheel.service(ProgramService).listProgramVersions({ pageSize: 1 });
  } catch (caught) {
    const error = FlywheelError.from(caught);
    if (error.is("UNAUTHENTICATED")) return "refused";
    if (error.is("NOT_ALLOWED")) return "forbidden";
    return error;
  }
  openSession(opened);
  return undefined;
}

/** What the page begins with: a token in the fragment, which is removed from the address, or one that was kept. */
export async function beginSession(): Promise<string | undefined> {
  const given = fragmentToken(location.hash);
  if (given !== undefined) {
    history.replaceState(history.state, "", location.pathname + location.search);
    closeSession();
    return given;
  }
  const kept = storedToken();
  const token = kept && tokenIn(kept.token);
  if (kept && token) {
    const claims = await createFlywheel({ token }).claims();
    const opened = readSession(token, kept.remembered, claims, Date.now());
    if (typeof opened === "string") closeSession();
    else openSession(opened);
  }
  return undefined;
}
