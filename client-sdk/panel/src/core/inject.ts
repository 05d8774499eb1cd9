import type { FlywheelError } from "@flywheel/client";
import { inject, provide, type InjectionKey } from "vue";
import { coreTexts } from "./coreTexts.js";
import type { PanelRoom } from "./room.js";
import { useLanguage, type Texts } from "./texts.js";

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

/** Says in words why something failed. */
export function useErrorText(): (error: FlywheelError) => string {
  const room = useRoom();
  const language = useLanguage();
  return ({ reason }) => {
    const tables = [...room.features.present().map(({ errors }) => errors), coreTexts.errors as Texts];
    const found = tables.map((table) => table?.[language.value][reason]).find((text) => text !== undefined);
    return found ?? coreTexts.errors[language.value].GENERAL;
  };
}
