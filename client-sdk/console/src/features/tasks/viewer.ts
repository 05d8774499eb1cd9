import type { ViewerPart } from "../../core/feature.js";
import TaskStory from "./TaskStory.vue";

export default {
  cards: [{ column: "wide", order: 10, component: TaskStory, settles: true }],
  facts: {
    taskProgressed: (fact, say, tasks) =>
      say("tasks.fact.taskProgressed", {
        task: tasks.titleOf(fact.taskId) ?? fact.taskId,
        count: tasks.countOf(fact.taskId, fact.count),
        threshold: tasks.countOf(fact.taskId, fact.threshold),
      }),
    taskUnlocked: ({ taskId }, say, tasks) =>
      say("tasks.fact.taskUnlocked", { task: tasks.titleOf(taskId) ?? taskId }),
    taskCompleted: ({ taskId }, say, tasks) =>
      say("tasks.fact.taskCompleted", { task: tasks.titleOf(taskId) ?? taskId }),
    roomGoalReached: ({ taskId }, say, tasks) =>
      say("tasks.fact.roomGoalReached", { task: tasks.titleOf(taskId) ?? taskId }),
    tierReached: ({ tier }, say, tasks) =>
      say("tasks.fact.tierReached", {
        task: tasks.titleOf(tier?.taskId ?? "") ?? tier?.taskId,
        tier: (tier?.tier ?? 0) + 1,
      }),
  },
} satisfies ViewerPart;
