import type { Fact } from "@flywheel/client";
import type { Tasks } from "../../api/tasks.js";
import type { Say, ViewerPart } from "../../core/feature.js";

type Tell = (fact: unknown, say: Say, tasks: Tasks) => string;

/** What a fact says in a line: as its feature tells it, else its name in the contract, such as "badge earned". */
export function factText(fact: Fact, parts: readonly ViewerPart[], say: Say, tasks: Tasks): string {
  const { case: kind, value } = fact.what;
  if (kind === undefined) return "";
  for (const { facts } of parts) {
    const tell = facts?.[kind] as Tell | undefined;
    if (tell) return tell(value, say, tasks);
  }
  return kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
