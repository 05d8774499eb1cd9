import type { Viewer } from "@flywheel/client";
import { textOf, type Language } from "@flywheel/look";

/** The badges or privileges that a viewer holds, by their titles where a grant tells them. */
export function heldTitles(
  viewer: Viewer | undefined,
  kind: "badge" | "privilege",
  language: Language,
): string[] {
  const titles = new Map<string, string>();
  for (const { reward } of viewer?.grants ?? []) {
    if (kind === "badge" && reward?.kind.case === "badge")
      titles.set(reward.kind.value.badgeId, textOf(reward.kind.value.title, language));
    if (kind === "privilege" && reward?.kind.case === "privilege")
      titles.set(reward.kind.value.privilegeId, textOf(reward.kind.value.title, language));
  }
  const ids = (kind === "badge" ? viewer?.profile?.badges : viewer?.profile?.privileges) ?? [];
  return ids.map((id) => titles.get(id) || id);
}
