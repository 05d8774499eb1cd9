package io.flywheel.lottery;

import io.flywheel.engine.PackedSlice;
import jakarta.inject.Inject;

/** Viewers' parts in draws of rooms. Thread-safe. */
final class RoomDrawOwnSlice extends PackedSlice<RoomDrawsOfViewer> {
  @Inject
  RoomDrawOwnSlice() {
    super("room_draw_own", RoomDrawsOfViewer.getDefaultInstance());
  }
}
