import type { Program } from "@flywheel/client";
import { textOf } from "@flywheel/look";
import { language } from "../../shell/preferences.js";

/** What a tag is called; its id where the program has it no more. */
export function tagTitle(program: Program | undefined, tagId: string): string {
  const tag = program?.tags.find(({ id }) => id === tagId);
  return tag ? textOf(tag.title, language.value) : tagId;
}
