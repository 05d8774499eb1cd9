package io.flywheel.fulfillment;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;
import io.flywheel.engine.Turn;

/** What rules need to know of viewers' grants. Thread-safe. */
final class GrantSlice extends PackedSlice<GrantState> {
  @Inject
  GrantSlice() {
    super("grant_state", GrantState.getDefaultInstance());
  }

  /** Notes that something is told of a viewer's grants that is kept beside them. */
  void noteMore(Turn turn) {
    GrantState state = turn.get(this);
    if (state.getPlain()) {
      turn.set(this, state.toBuilder().clearPlain().build());
    }
  }
}
