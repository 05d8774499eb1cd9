package io.flywheel.badge;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What rules need of viewers' badges. Thread-safe. */
final class BadgeSlice extends PackedSlice<BadgeState> {
  @Inject
  BadgeSlice() {
    super("badge_state", BadgeState.getDefaultInstance());
  }
}
