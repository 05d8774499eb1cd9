package io.flywheel.engine;

import java.util.List;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * Pages of a merchant's viewers by their ids, for rules that walk all of them: those after a
 * viewer. Only read. Thread-safe.
 */
public abstract class ViewerPages implements AppendedSlice<ViewerKey, List<String>> {
  /** How many viewers a page has; one with fewer is the last. */
  public static final int PAGE_SIZE = 250;

  private final String select;

  /**
   * Pages.
   *
   * @param select reads viewer_id of one table {@code WHERE merchant_id = :merchantId AND viewer_id
   *     > :after}; their order and number are added
   */
  protected ViewerPages(String select) {
    this.select = select + " ORDER BY viewer_id LIMIT :limit";
  }

  /** Before the first page of a merchant. */
  public static ViewerKey first(String merchantId) {
    return new ViewerKey(merchantId, ViewerKey.BEFORE_VIEWERS);
  }

  /** The viewers of all merchants that are known in memory, in no order. */
  protected abstract Stream<ViewerKey> inMemory(MemoryStates states);

  @Override
  public final List<String> initial(ViewerKey after) {
    return List.of();
  }

  @Override
  public final List<String> read(Handle handle, ViewerKey after) {
    return handle
        .createQuery(select)
        .bind("merchantId", after.merchantId())
        .bind("after", after.viewerId())
        .bind("limit", PAGE_SIZE)
        .mapTo(String.class)
        .list();
  }

  @Override
  public final List<String> readRows(ViewerKey after, MemoryStates states) {
    return inMemory(states)
        .filter(viewer -> viewer.merchantId().equals(after.merchantId()))
        .map(ViewerKey::viewerId)
        .filter(viewerId -> viewerId.compareTo(after.viewerId()) > 0)
        .distinct()
        .sorted()
        .limit(PAGE_SIZE)
        .toList();
  }
}
