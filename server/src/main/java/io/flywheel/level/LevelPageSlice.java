package io.flywheel.level;

import com.google.inject.Inject;
import io.flywheel.engine.MemoryStates;
import io.flywheel.engine.ReadSlice;
import io.flywheel.engine.Script;
import io.flywheel.engine.ViewerKey;
import java.util.List;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** Pages of a merchant's viewers with levels: those after a viewer. Only read. Thread-safe. */
final class LevelPageSlice implements ReadSlice<ViewerKey, List<String>> {
  static final int PAGE_SIZE = 250;

  private final LevelSlice levels;

  @Inject
  LevelPageSlice(LevelSlice levels) {
    this.levels = levels;
  }

  /** Before the first page of a merchant. */
  static ViewerKey first(String merchantId) {
    return new ViewerKey(merchantId, ViewerKey.BEFORE_VIEWERS);
  }

  @Override
  public List<String> initial(ViewerKey after) {
    return List.of();
  }

  @Override
  public void load(
      Script script,
      SortedSet<ViewerKey> keys,
      boolean lock,
      BiConsumer<ViewerKey, List<String>> found) {
    for (ViewerKey after : keys) {
      found.accept(
          after,
          script
              .handle()
              .createQuery(
                  """
                  SELECT viewer_id FROM level_state
                  WHERE merchant_id = :merchantId AND viewer_id > :after
                  ORDER BY viewer_id
                  LIMIT :limit\
                  """)
              .bind("merchantId", after.merchantId())
              .bind("after", after.viewerId())
              .bind("limit", PAGE_SIZE)
              .mapTo(String.class)
              .list());
    }
  }

  @Override
  public List<String> readRows(ViewerKey after, MemoryStates states) {
    return states.keys(levels).stream()
        .filter(viewer -> viewer.merchantId().equals(after.merchantId()))
        .map(ViewerKey::viewerId)
        .filter(viewerId -> viewerId.compareTo(after.viewerId()) > 0)
        .sorted()
        .limit(PAGE_SIZE)
        .toList();
  }
}
