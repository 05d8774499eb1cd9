import { CountBy, Trigger } from "@flywheel/client";
import { durationText, moneyText, number, type Language } from "./wording.js";

/** How a task counts: what both the viewer's progress and the program's task tell. */
export interface Counting {
  readonly trigger: Trigger;
  readonly countBy: CountBy;
}

/** Whether a task counts seconds of watch time. */
export function countsSeconds({ trigger, countBy }: Counting): boolean {
  return countBy === CountBy.SECONDS || (trigger === Trigger.WATCH && countBy === CountBy.UNSPECIFIED);
}

/** Whether a task counts money, in the currency's minor unit. */
export function countsMoney({ trigger, countBy }: Counting): boolean {
  return countBy === CountBy.AMOUNT && (trigger === Trigger.ORDER || trigger === Trigger.REPURCHASE);
}

/**
 * A count or a threshold in the task's unit: "3 分钟", "¥99", "5 days", "300".
 *
 * @param currency what the program's amounts of money are in; empty: CNY
 */
export function countText(
  count: number | bigint,
  counting: Counting,
  currency: string,
  language: Language,
): string {
  const zh = language === "zh";
  if (countsSeconds(counting)) {
    return durationText(Number(count), language);
  }
  if (countsMoney(counting)) {
    return moneyText(count, currency, language);
  }
  if (counting.countBy === CountBy.DISTINCT_DAYS) {
    return zh
      ? `${number(count, language)} 天`
      : `${number(count, language)} ${Number(count) === 1 ? "day" : "days"}`;
  }
  return number(count, language);
}
