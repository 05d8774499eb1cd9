package io.flywheel.audience.tag;

import com.google.inject.Inject;
import io.flywheel.engine.MemoryStates;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerPages;
import java.util.stream.Stream;

/** Pages of a merchant's viewers. Thread-safe. */
final class ViewerPageSlice extends ViewerPages {
  @Inject
  ViewerPageSlice() {
    super(
        """
        SELECT viewer_id FROM viewer
        WHERE merchant_id = :merchantId AND viewer_id > :after AND profile <> ''\
        """);
  }

  /** Those who have had tags are known by rows that were added. */
  @Override
  protected Stream<ViewerKey> inMemory(MemoryStates states) {
    return states.rows(TagChangeAppender.Row.class).stream().map(TagChangeAppender.Row::viewer);
  }
}
