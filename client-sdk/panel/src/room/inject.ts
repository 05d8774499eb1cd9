import { inject, provide, type InjectionKey } from "vue";
import type { FlywheelError } from "@flywheel/client";
import { textOf } from "@flywheel/look";
import { useTexts } from "../i18n.js";
import type { PanelRoom } from "./panel.js";

const roomKey: InjectionKey<PanelRoom> = Symbol("room");

export function provideRoom(room: PanelRoom): void {
  provide(roomKey, room);
}

/** The room that the panel is of. */
export function useRoom(): PanelRoom {
  const room = inject(roomKey);
  if (!room) {
    throw new Error("no room was provided");
  }
  return room;
}

/** How a task is called; undefined where it is none of the viewer's tasks. */
export function useTaskTitle(): (taskId: string) => string | undefined {
  const room = useRoom();
  const { language } = useTexts();
  return (taskId) => {
    const task = room.state.value.tasks.find((each) => each.taskId === taskId);
    return textOf(task?.title, language.value) || undefined;
  };
}

/** Says in words why something failed. */
export function useErrorText(): (error: FlywheelError) => string {
  const { t, has } = useTexts();
  return (error) => {
    const key = `error.${error.reason}`;
    return t(has(key) ? key : "error.general");
  };
}
