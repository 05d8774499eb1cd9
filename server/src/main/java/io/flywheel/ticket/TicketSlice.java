package io.flywheel.ticket;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** Viewers' tickets. Thread-safe. */
final class TicketSlice extends PackedSlice<TicketState> {
  @Inject
  TicketSlice() {
    super(
        "SELECT viewer_id, state FROM ticket_state WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO ticket_state (merchant_id, viewer_id, state) VALUES",
        TicketState.getDefaultInstance());
  }
}
