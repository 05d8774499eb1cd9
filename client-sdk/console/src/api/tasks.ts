import { ProgramService, type Program, type Reward } from "@flywheel/client";
import { countText, number, textOf } from "@flywheel/look";
import { flywheel } from "./flywheel.js";
import { useLoaded } from "./loading.js";
import { language } from "../shell/preferences.js";

/** How tasks of the program in force are spoken of; without a program, or where it can't be read, they have ids alone. */
export interface Tasks {
  titleOf(taskId: string): string | undefined;
  /** What was counted towards a task, in its unit. */
  countOf(taskId: string, count: bigint): string;
  /** Everything that the program gives. */
  rewards(): readonly Reward[];
}

export function useTasks(): Tasks {
  const program = useLoaded(async (signal) => {
    const answer = await flywheel().service(ProgramService).getProgram({}, { signal });
    return {
      tasks: new Map(answer.program?.tasks.map((task) => [task.id, task])),
      rewards: answer.program ? rewardsOf(answer.program) : [],
    };
  });
  const find = (taskId: string) => program.data.value?.tasks.get(taskId);
  return {
    titleOf: (taskId) => textOf(find(taskId)?.title, language.value) || undefined,
    countOf(taskId, count) {
      const task = find(taskId);
      if (!task) return number(count, language.value);
      return countText(count, { trigger: task.trigger, countBy: task.count }, language.value);
    },
    rewards: () => program.data.value?.rewards ?? [],
  };
}

function rewardsOf({ tasks, checkIn }: Program): Reward[] {
  const steps = [...(checkIn?.consecutive ?? []), ...(checkIn?.cumulative ?? [])];
  return [...tasks.flatMap((task) => task.tiers), ...steps].flatMap((step) => step.rewards);
}
