package io.flywheel.audience.tag;

import com.google.inject.Inject;
import io.flywheel.engine.MemoryStates;
import io.flywheel.engine.ReadSlice;
import io.flywheel.engine.Script;
import io.flywheel.engine.ViewerKey;
import java.util.List;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** Pages of a merchant's viewers: those after a viewer. Only read. Thread-safe. */
final class ViewerPageSlice implements ReadSlice<ViewerKey, List<String>> {
  static final int PAGE_SIZE = 250;

  @Inject
  ViewerPageSlice() {}

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
                  SELECT viewer_id FROM viewer
                  WHERE merchant_id = :merchantId AND viewer_id > :after AND profile <> ''
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

  /** Those who have had tags are known by rows that were added. */
  @Override
  public List<String> readRows(ViewerKey after, MemoryStates states) {
    return states.rows(TagChangeAppender.Row.class).stream()
        .map(TagChangeAppender.Row::viewer)
        .filter(viewer -> viewer.merchantId().equals(after.merchantId()))
        .map(ViewerKey::viewerId)
        .filter(viewerId -> viewerId.compareTo(after.viewerId()) > 0)
        .distinct()
        .sorted()
        .limit(PAGE_SIZE)
        .toList();
  }
}
