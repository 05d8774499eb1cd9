package io.flywheel.lottery;

import io.flywheel.engine.PackedSlice;
import jakarta.inject.Inject;

/** Viewers' parts in draws of rooms. Thread-safe. */
final class RoomDrawOwnSlice extends PackedSlice<RoomDrawsOfViewer> {
  @Inject
  RoomDrawOwnSlice() {
    super(
        "SELECT viewer_id, state FROM room_draw_own WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO room_draw_own (merchant_id, viewer_id, state) VALUES",
        RoomDrawsOfViewer.getDefaultInstance());
  }
}
