package io.flywheel.points;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.StateView;
import io.flywheel.engine.ViewerSection;
import io.flywheel.v1.GetBalanceResponse;
import io.flywheel.v1.Viewer;

/** A viewer's balance. Thread-safe. */
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
    PointsState state = view.get(slice);
    GetBalanceResponse.Builder balance =
        GetBalanceResponse.newBuilder()
            .setBalance(state.getBalance())
            .setPending(state.getPending());
    Lot next = Lots.next(state);
    if (next.getLeft() > 0) {
      balance.setExpiring(next.getLeft()).setExpiresAt(Timestamps.fromMillis(next.getExpiresMs()));
    }
    return balance.build();
  }
}
