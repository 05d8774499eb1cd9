import type { Reward, Viewer } from "@flywheel/client";
import { textOf, type Language } from "@flywheel/look";

/** The badges or privileges that a viewer holds, by their titles where the program or a late grant tells them. */
export function heldTitles(
  viewer: Viewer | undefined,
  kind: "badge" | "privilege",
  given: readonly Reward[],
  language: Language,
): string[] {
  const titles = new Map<string, string>();
  for (const reward of [...given, ...(viewer?.grants ?? []).map((grant) => grant.reward)]) {
    if (kind === "badge" && reward?.kind.case === "badge")
      titles.set(reward.kind.value.badgeId, textOf(reward.kind.value.title, language));
    if (kind === "privilege" && reward?.kind.case === "privilege")
      titles.set(reward.kind.value.privilegeId, textOf(reward.kind.value.title, language));
  }
  const ids = (kind === "badge" ? viewer?.profile?.badges : viewer?.profile?.privileges) ?? [];
  return ids.map((id) => titles.get(id) || id);
}
