package io.flywheel.level;

import com.google.inject.Inject;
import io.flywheel.engine.MemoryStates;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerPages;
import java.util.stream.Stream;

/** Pages of a merchant's viewers with levels. Thread-safe. */
final class LevelPageSlice extends ViewerPages {
  private final LevelSlice levels;

  @Inject
  LevelPageSlice(LevelSlice levels) {
    super(
        """
        SELECT viewer_id FROM viewer
        WHERE merchant_id = :merchantId AND viewer_id > :after AND level_state IS NOT NULL\
        """);
    this.levels = levels;
  }

  @Override
  protected Stream<ViewerKey> inMemory(MemoryStates states) {
    return states.keys(levels).stream();
  }
}
