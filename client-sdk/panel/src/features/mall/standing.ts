import { ItemState, type MallItemView } from "@flywheel/client";
import { number, type Language } from "@flywheel/look";
import { fill } from "../../core/texts.js";
import { momentText } from "../../ui/dates.js";
import { pointsMissing } from "./state.js";
import { texts } from "./texts.js";

/** Why an item can't be redeemed now, and from when on it can; empty: it can. */
export function hindrance(view: MallItemView, balance: bigint | undefined, language: Language): string {
  const words = texts[language];
  const time = view.possibleAt && momentText(view.possibleAt, language);
  switch (view.state) {
    case ItemState.COMING_SOON:
      return time ? fill(words.soon, { time }) : words.notYet;
    case ItemState.ENDED:
      return words.ended;
    case ItemState.SOLD_OUT:
      return words.soldOut;
    case ItemState.LIMIT_REACHED:
      return time ? fill(words.limitUntil, { time }) : words.limit;
    case ItemState.COOLING_DOWN:
      return time ? fill(words.cooling, { time }) : words.limit;
    case ItemState.NOT_ELIGIBLE:
      return words.notForYou;
    default: {
      const missing = pointsMissing(view, balance);
      return missing > 0n
        ? fill(words.missing, { count: missing === 1n ? 1 : number(missing, language) })
        : "";
    }
  }
}
