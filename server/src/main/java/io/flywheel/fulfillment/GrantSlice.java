package io.flywheel.fulfillment;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What rules need to know of viewers' grants. Thread-safe. */
final class GrantSlice extends PackedSlice<GrantState> {
  @Inject
  GrantSlice() {
    super(
        "SELECT viewer_id, state FROM grant_state WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO grant_state (merchant_id, viewer_id, state) VALUES",
        GrantState.getDefaultInstance());
  }
}
