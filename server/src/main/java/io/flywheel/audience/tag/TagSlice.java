package io.flywheel.audience.tag;

import com.google.inject.Inject;
import io.flywheel.engine.PackedSlice;

/** What rules need of viewers' tags. Thread-safe. */
final class TagSlice extends PackedSlice<TagState> {
  @Inject
  TagSlice() {
    super(
        "SELECT viewer_id, state FROM tag_state WHERE merchant_id = ? AND viewer_id IN",
        "INSERT INTO tag_state (merchant_id, viewer_id, state) VALUES",
        TagState.getDefaultInstance());
  }
}
