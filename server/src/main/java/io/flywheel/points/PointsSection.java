package io.flywheel.points;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerSection;
import io.flywheel.v1.GetBalanceResponse;
import io.flywheel.v1.Viewer;

/** A viewer's balance, to the millisecond: what has fallen due counts before it is booked. */
final class PointsSection implements ViewerSection {
  private final PointsSlice slice;

  @Inject
  PointsSection(PointsSlice slice) {
    this.slice = slice;
  }

  @Override
  public void contribute(StateView view, Viewer.Builder viewer) {
    viewer.setPoints(balance(view));
  }

  GetBalanceResponse balance(StateView view) {
    Account account = new Account(view.get(slice), view.at().toEpochMilli());
    account.settle();
    PointsState state = account.state();
    GetBalanceResponse.Builder balance =
        GetBalanceResponse.newBuilder()
            .setBalance(state.getBalance())
            .setPending(state.getPending())
            .setHeld(state.getHeld())
            .setDebt(state.getDebt());
    Lot next = Lots.next(state);
    if (next.getLeft() > 0) {
      balance.setExpiring(next.getLeft()).setExpiresAt(Timestamps.fromMillis(next.getExpiresMs()));
    }
    return balance.build();
  }
}
