package io.flywheel.lantern;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;
import io.flywheel.v1.LanternState;

/** Viewers' wishes and likes. */
final class LanternSlice extends PackedSlice<LanternState> {
  @Inject
  LanternSlice() {
    super("lantern_state", LanternState.getDefaultInstance());
  }
}
