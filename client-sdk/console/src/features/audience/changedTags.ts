import { getAt, isUnreadable, readProgram } from "../../program/document.js";
import { list } from "../../program/sentence.js";

/** The ids of tags that a change of the program sets otherwise or anew, and of those that it drops. */
export interface ChangedTags {
  readonly set: readonly string[];
  readonly dropped: readonly string[];
}

/** The rule of each tag of a document, by its id. */
function rules(document: string): Map<string, string> {
  const read = readProgram(document);
  const tags = isUnreadable(read) ? [] : list(getAt(read, ["tags"]));
  return new Map(
    tags.flatMap((tag) => {
      const { id, condition, group } = tag as Record<string, unknown>;
      return typeof id === "string" ? [[id, JSON.stringify([condition ?? "", group ?? ""])] as const] : [];
    }),
  );
}

/** What titles and advice say moves nobody. */
export function changedTags(before: string, after: string): ChangedTags {
  const [old, next] = [rules(before), rules(after)];
  return {
    set: [...next].filter(([id, rule]) => old.get(id) !== rule).map(([id]) => id),
    dropped: [...old.keys()].filter((id) => !next.has(id)),
  };
}
