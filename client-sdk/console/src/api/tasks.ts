import type { DescMessage } from "@bufbuild/protobuf";
import { ProgramSchema, RewardSchema, type Program, type Reward } from "@flywheel/client";
import { countText, number, textOf } from "@flywheel/look";
import { useLoaded } from "./loading.js";
import { currency, readProgramInForce } from "./program.js";
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
  const program = useLoaded(async () => {
    const applied = await readProgramInForce();
    return {
      tasks: new Map(applied?.tasks.map((task) => [task.id, task])),
      rewards: applied ? rewardsOf(applied) : [],
    };
  });
  const find = (taskId: string) => program.data.value?.tasks.get(taskId);
  return {
    titleOf: (taskId) => textOf(find(taskId)?.title, language.value) || undefined,
    countOf(taskId, count) {
      const task = find(taskId);
      if (!task) return number(count, language.value);
      return countText(count, { trigger: task.trigger, countBy: task.count }, currency(), language.value);
    },
    rewards: () => program.data.value?.rewards ?? [],
  };
}

/** Every reward of a program, wherever a feature's rules give it. */
function rewardsOf(program: Program): Reward[] {
  const found: Reward[] = [];
  const walk = (type: DescMessage, message: unknown) => {
    if (type.typeName === RewardSchema.typeName) {
      found.push(message as Reward);
      return;
    }
    for (const field of type.fields) {
      const value = (message as Record<string, unknown>)[field.localName];
      if (!field.message || field.oneof || value === undefined) continue;
      for (const inner of Array.isArray(value) ? value : [value]) walk(field.message, inner);
    }
  };
  walk(ProgramSchema, program);
  return found;
}
