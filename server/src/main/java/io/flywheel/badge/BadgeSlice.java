package io.flywheel.badge;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What rules need of viewers' badges. Thread-safe. */
final class BadgeSlice extends PackedSlice<BadgeState> {
  @Inject
  BadgeSlice() {
    super(
        "SELECT viewer_id, state FROM badge_state WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO badge_state (merchant_id, viewer_id, state) VALUES",
        BadgeState.getDefaultInstance());
  }
}
