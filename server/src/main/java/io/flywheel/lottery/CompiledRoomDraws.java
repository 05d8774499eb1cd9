package io.flywheel.lottery;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.program.CompiledProgram;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Trigger;

/**
 * A program's room draws. Immutable and thread-safe.
 *
 * @param all in the program's order
 */
record CompiledRoomDraws(ImmutableList<CompiledRoomDraw> all) {
  static CompiledRoomDraws of(CompiledProgram program) {
    return program.get(RoomDrawSection.class);
  }

  /** The room draw of an id; fails with ROOM_DRAW_NOT_FOUND where there is none. */
  CompiledRoomDraw require(String id) {
    return all.stream()
        .filter(draw -> draw.rules().getId().equals(id))
        .findFirst()
        .orElseThrow(() ->
            ServiceException.of(
                ErrorReason.ERROR_REASON_ROOM_DRAW_NOT_FOUND,
                "room_draw_id: %s (expected: a room draw of the program)".formatted(id)));
  }

  /** The fields of a viewer's profile that conditions ask for on what sets off a trigger. */
  ImmutableSet<String> viewerFields(Trigger trigger) {
    return all.stream()
        .map(CompiledRoomDraw::counter)
        .filter(counter -> trigger == Trigger.TRIGGER_UNSPECIFIED || counter.trigger() == trigger)
        .flatMap(counter -> counter.viewerFields().stream())
        .collect(ImmutableSet.toImmutableSet());
  }
}
