import { countText, rewardsText, textOf, type Language } from "@flywheel/look";
import { TaskState } from "@flywheel/client";
import type { Feature } from "../../core/feature.js";
import type { Moment } from "../../core/rewards.js";
import { fill } from "../../core/texts.js";
import BestTasks from "./BestTasks.vue";
import ClaimAll from "./ClaimAll.vue";
import WatchCountdown from "./WatchCountdown.vue";
import { moment, tasks, type Tasks } from "./state.js";
import { errors, texts } from "./texts.js";

const feature: Feature = {
  slice: tasks,
  views: [
    { at: "headerEnd", order: 10, component: WatchCountdown },
    { at: "today", order: 10, component: ClaimAll },
    { at: "today", order: 30, component: BestTasks },
    { at: "tasks", order: 10, load: () => import("./TaskTab.vue") },
  ],
  sheets: { task: () => import("./TaskSheet.vue") },
  errors,
  moment,
  onward: (moment, state, language, currency) => onward(moment, state as Tasks, language, currency),
  titleOf: (kind, id, state, language) =>
    kind === "task" ? titleOf(id, state as Tasks, language) : undefined,
};

export default feature;

function titleOf(id: string, state: Tasks, language: Language): string | undefined {
  const task = state.tasks.find(({ taskId }) => taskId === id);
  return textOf(task?.title, language) || undefined;
}

/** Tasks that opened, or the next tier of the task that paid. */
function onward(
  { unlocked, causes }: Moment,
  state: Tasks,
  language: Language,
  currency: string,
): string | undefined {
  const opened = unlocked.map((id) => titleOf(id, state, language)).filter((title) => title !== undefined);
  if (opened.length > 0) {
    return fill(texts[language].unlocked, { tasks: opened.join(language === "zh" ? "、" : ", ") });
  }
  for (const { what } of causes) {
    const id = what.case === "task" ? what.value.taskId : undefined;
    const task = state.tasks.find((each) => each.taskId === id && each.state === TaskState.OPEN);
    const next = task?.tiers.find((tier) => !tier.reached && tier.threshold > task.count);
    if (task && next && next.rewards.length > 0) {
      const count = countText(next.threshold, task, currency, language);
      return fill(texts[language].next, { count, rewards: rewardsText(next.rewards, language) });
    }
  }
  return undefined;
}
