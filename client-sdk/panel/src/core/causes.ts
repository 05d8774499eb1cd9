import type { Cause } from "@flywheel/client";
import { causeText } from "@flywheel/look";
import type { CauseCase } from "./feature.js";
import { useRoom } from "./inject.js";
import { useLanguage } from "./texts.js";

/** Says what something was given for, in the words of the feature that knows. */
export function useCauseText(): (cause: Cause | undefined) => string {
  const room = useRoom();
  const language = useLanguage();
  return (cause) => {
    const titles = (kind: CauseCase) => (id: string) => room.titleOf(kind, id, language.value);
    return causeText(cause, language.value, titles("task"), {
      item: titles("redemption"),
      lottery: titles("draw"),
      board: titles("board"),
      level: titles("level"),
      badge: titles("badge"),
      season: titles("season"),
    });
  };
}
