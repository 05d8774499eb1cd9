package io.flywheel.mall;

import io.flywheel.engine.PackedSlice;
import jakarta.inject.Inject;

/** What rules need of viewers' redemptions. Thread-safe. */
final class MallStateSlice extends PackedSlice<MallState> {
  @Inject
  MallStateSlice() {
    super(
        "SELECT viewer_id, state FROM mall_state WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO mall_state (merchant_id, viewer_id, state) VALUES",
        MallState.getDefaultInstance());
  }
}
