package io.flywheel.mall;

import io.flywheel.engine.PackedSlice;
import jakarta.inject.Inject;

/** What rules need of viewers' redemptions. Thread-safe. */
final class MallStateSlice extends PackedSlice<MallState> {
  @Inject
  MallStateSlice() {
    super("mall_state", MallState.getDefaultInstance());
  }
}
