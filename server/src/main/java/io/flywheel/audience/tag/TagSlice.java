package io.flywheel.audience.tag;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What rules need of viewers' tags. Thread-safe. */
final class TagSlice extends PackedSlice<TagState> {
  @Inject
  TagSlice() {
    super("tag_state", TagState.getDefaultInstance());
  }
}
