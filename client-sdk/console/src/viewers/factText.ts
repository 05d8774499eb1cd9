import { type Fact } from "@flywheel/client";
import { clock, number, priceText, rewardText, takesPoints, type Language } from "@flywheel/look";
import type { Tasks } from "../api/tasks.js";

/** What a fact says in a line. */
export function factText(
  fact: Fact,
  language: Language,
  t: (key: string, values: Record<string, unknown>) => string,
  tasks: Tasks,
): string {
  const what = fact.what;
  const task = (id: string) => tasks.titleOf(id) ?? id;
  const say = (values: Record<string, unknown> = {}) => t(`fact.${what.case}`, values);
  switch (what.case) {
    case "roomEntered":
    case "roomLeft":
      return say({ room: what.value.roomId });
    case "watchCredited":
      return say({ time: clock(Number(what.value.creditedMillis) / 1000) });
    case "checkedIn":
      return say({ streak: what.value.streak });
    case "taskProgressed":
      return say({
        task: task(what.value.taskId),
        count: tasks.countOf(what.value.taskId, what.value.count),
        threshold: tasks.countOf(what.value.taskId, what.value.threshold),
      });
    case "taskUnlocked":
    case "taskCompleted":
    case "roomGoalReached":
      return say({ task: task(what.value.taskId) });
    case "tierReached":
      return say({ task: task(what.value.tier?.taskId ?? ""), tier: (what.value.tier?.tier ?? 0) + 1 });
    case "rewardGiven":
      return say({ reward: what.value.reward ? rewardText(what.value.reward, language) : "" });
    case "grantIssued":
      return say({ reward: what.value.grant?.reward ? rewardText(what.value.grant.reward, language) : "" });
    case "pointsBooked": {
      return say({
        sign: takesPoints(what.value.kind) ? "−" : "+",
        amount: number(what.value.amount, language),
        balance: number(what.value.balance, language),
      });
    }
    case "priceCharged":
      return say({ price: what.value.price ? priceText(what.value.price, language) : "" });
    case "priceRefunded":
      return say({ price: what.value.part ? priceText(what.value.part, language) : "" });
    case "rewardRevoked":
    case "grantRevoked":
      return say({ reward: what.value.part ? rewardText(what.value.part, language) : "" });
    case "ticketsBooked":
      return say({
        sign: what.value.change < 0n ? "−" : "+",
        amount: number(what.value.change < 0n ? -what.value.change : what.value.change, language),
        balance: number(what.value.balance, language),
      });
    case "orderRefunded":
      return say({ order: what.value.orderId });
    case "pointsExpiring":
      return say({ amount: number(what.value.amount, language) });
    case "rewardWithheld":
      return say();
    case undefined:
      return "";
  }
}
