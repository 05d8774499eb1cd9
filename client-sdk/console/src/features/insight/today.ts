import { readProgramInForce } from "../../api/program.js";
import { dayAt } from "./days.js";

const ZONE = "Asia/Shanghai";

/** What tells the program's day that a time belongs to; without a program, that of the default zone. */
export async function programDays(): Promise<(millis: number) => string> {
  const program = await readProgramInForce();
  const zone = program?.timeZone || ZONE;
  const startsAt = Number(program?.dayStartsAt?.seconds ?? 0n);
  return (millis) => dayAt(millis, zone, startsAt);
}

/** The program's day now. */
export async function programToday(): Promise<string> {
  return (await programDays())(Date.now());
}
