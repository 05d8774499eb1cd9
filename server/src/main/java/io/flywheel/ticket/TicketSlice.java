package io.flywheel.ticket;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** Viewers' tickets. Thread-safe. */
final class TicketSlice extends PackedSlice<TicketState> {
  @Inject
  TicketSlice() {
    super("ticket_state", TicketState.getDefaultInstance());
  }
}
