package io.flywheel.ticket;

import com.google.inject.Inject;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerSection;
import io.flywheel.v1.TicketBalance;
import io.flywheel.v1.Viewer;

/** A viewer's tickets. Thread-safe. */
final class TicketSection implements ViewerSection {
  private final TicketSlice slice;

  @Inject
  TicketSection(TicketSlice slice) {
    this.slice = slice;
  }

  @Override
  public void contribute(StateView view, Viewer.Builder viewer) {
    for (TicketBalanceState balance : view.get(slice).getBalancesList()) {
      viewer.addTickets(
          TicketBalance.newBuilder()
              .setLotteryId(balance.getLotteryId())
              .setCount(balance.getCount()));
    }
  }
}
