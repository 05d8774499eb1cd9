import { CheckInService, FlywheelError } from "@flywheel/client";
import type { PanelRoom } from "../../core/room.js";
import { pause } from "../../core/waits.js";
import { checkIn, withCalendar, withStanding } from "./state.js";

/** How long a check-in waits for the viewer to be let into the room again. */
const comeBackMillis = 1_500;

export async function checkInNow(room: PanelRoom): Promise<void> {
  const { standing, facts } = await call(room);
  room.change(checkIn, (state) => withStanding(state, standing));
  room.take(facts);
}

/** Checks in; where the session has ended unnoticed, after coming in again. */
async function call(room: PanelRoom) {
  const service = room.service(CheckInService);
  try {
    return await service.checkIn({});
  } catch (caught) {
    if (!FlywheelError.from(caught).is("NOT_IN_ROOM")) throw caught;
    room.beat();
    await pause(comeBackMillis);
    return service.checkIn({});
  }
}

export async function makeUp(room: PanelRoom, date: string): Promise<void> {
  const { standing, facts } = await room.service(CheckInService).makeUpCheckIn({ date });
  room.change(checkIn, (state) => withStanding(state, standing));
  room.take(facts);
}

export async function showMonth(room: PanelRoom, month: string): Promise<void> {
  const { roomId } = room;
  const calendar = await room.service(CheckInService).getCheckInCalendar({ month, roomId });
  room.change(checkIn, (state) => withCalendar(state, calendar));
}
