import { ProgramService } from "@flywheel/client";
import { textOf } from "@flywheel/look";
import { flywheel } from "./flywheel.js";
import { useLoaded } from "./loading.js";
import { language } from "../shell/preferences.js";

/** How tasks of the program in force are called; without a program, or where it can't be read, they have ids alone. */
export function useTaskTitles(): (taskId: string) => string | undefined {
  const program = useLoaded(async (signal) => {
    const answer = await flywheel().service(ProgramService).getProgram({}, { signal });
    return new Map(answer.program?.tasks.map((task) => [task.id, task.title]));
  });
  return (taskId) => textOf(program.data.value?.get(taskId), language.value) || undefined;
}
