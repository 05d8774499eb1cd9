import type { DescField } from "@bufbuild/protobuf";
import type { Fields, Value } from "./document.js";

/** What a section or an item begins with when it is switched on: the least that makes sense, for people to change. */
export function beginningOf(field: DescField): Value {
  switch (`${field.parent.name}.${field.name}`) {
    case "Program.check_in":
      return { consecutive: [{ count: 1, rewards: [{ points: 10 }] }] };
    case "Task.cap":
      return { tiers: 1, per: "day" };
    case "Task.budget":
      return { points: 10000, per: "day" };
    case "Task.rate_limit":
      return { times: 60, per: "1m" };
    default:
      return {};
  }
}

/** The next item of a list: a step beyond the last one. */
export function nextItem(field: DescField, items: readonly Fields[]): Fields {
  const last = items.at(-1);
  switch (field.message?.name) {
    case "Tier":
      return { threshold: beyond(last?.["threshold"], 1), rewards: [{ points: 10 }] };
    case "StreakReward":
      return { count: beyond(last?.["count"], 1), rewards: [{ points: 10 }] };
    default:
      return { points: 10 };
  }
}

function beyond(value: Value, first: number): Value {
  if (typeof value === "number") return value * 2;
  const duration = typeof value === "string" ? /^(\d+)([dhms])$/.exec(value) : null;
  return duration ? `${Number(duration[1]) * 2}${duration[2] ?? ""}` : first;
}

/** What a kind of reward begins with. */
export function rewardOf(kind: string): Fields {
  switch (kind) {
    case "coupon":
      return { coupon: { coupon_id: "coupon-1", title: { zh: "优惠券", en: "Coupon" } } };
    case "badge":
      return { badge: { badge_id: "badge-1", title: { zh: "徽章", en: "Badge" } } };
    case "privilege":
      return { privilege: { privilege_id: "vip", title: { zh: "VIP", en: "VIP" }, valid_for: "30d" } };
    case "ticket":
      return { ticket: { lottery_id: "lottery-1", title: { zh: "抽奖", en: "Draw" }, count: 1 } };
    case "points":
    case "experience":
      return { [kind]: 10 };
    default:
      return { [kind]: 1 };
  }
}

/** A new task, with an id that no other has. */
export function newTask(tasks: readonly Fields[]): Fields {
  const ids = new Set(tasks.map((task) => task["id"]));
  let number = tasks.length + 1;
  while (ids.has(`task-${number}`)) number++;
  return {
    id: `task-${number}`,
    title: { zh: "今日点赞", en: "Likes today" },
    trigger: "like",
    window: "day",
    tiers: [{ threshold: 10, rewards: [{ points: 5 }] }],
  };
}
