import { FlywheelError, ProgramService, type Program } from "@flywheel/client";
import { shallowRef } from "vue";
import { session } from "../session/session.js";
import { flywheel } from "./flywheel.js";

const inForce = shallowRef<{ token: string; program: Program | undefined }>();
let reading: { token: string; answer: Promise<Program | undefined> } | undefined;

/** The program in force, once somebody has read it in this session; undefined: not read yet, or there is none. */
export function knownProgram(): Program | undefined {
  return inForce.value?.token === session.value?.token ? inForce.value?.program : undefined;
}

/** The ISO 4217 code of the currency that amounts are in, as far as it is known; empty: the default. */
export function currency(): string {
  return knownProgram()?.currency ?? "";
}

/** Reads the program in force; all who ask at the same time share one answer. undefined: there is none. */
export function readProgramInForce(): Promise<Program | undefined> {
  const token = session.value?.token ?? "";
  if (reading?.token === token) return reading.answer;
  const answer = read().then((program) => {
    inForce.value = { token, program };
    return program;
  });
  reading = { token, answer };
  void answer.catch(() => undefined).then(() => (reading = undefined));
  return answer;
}

async function read(): Promise<Program | undefined> {
  try {
    return (await flywheel().service(ProgramService).getProgram({})).program;
  } catch (caught) {
    if (FlywheelError.from(caught).is("PROGRAM_NOT_FOUND")) return undefined;
    throw caught;
  }
}
