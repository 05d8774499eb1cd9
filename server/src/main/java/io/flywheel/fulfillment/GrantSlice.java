package io.flywheel.fulfillment;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What rules need to know of viewers' grants. Thread-safe. */
final class GrantSlice extends PackedSlice<GrantState> {
  @Inject
  GrantSlice() {
    super("grant_state", GrantState.getDefaultInstance());
  }
}
