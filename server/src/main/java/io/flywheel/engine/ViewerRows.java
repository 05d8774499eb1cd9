package io.flywheel.engine;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/**
 * Statements over the rows of many viewers, of which a batch has one for each merchant. Not to be
 * instantiated.
 */
public final class ViewerRows {
  private ViewerRows() {}

  /** Takes one row of a viewer. */
  @FunctionalInterface
  public interface Reader {
    /** Reads the row that the result stands at. */
    void read(ViewerKey viewer, ResultSet row) throws SQLException;
  }

  /**
   * Adds to a script the reading of rows of viewers.
   *
   * @param head ends with {@code merchant_id = ? AND viewer_id IN}; the result has a column {@code
   *     viewer_id}
   */
  public static void read(
      Script script, String head, String tail, SortedSet<ViewerKey> viewers, Reader reader) {
    byMerchant(
        viewers,
        (merchantId, viewerIds) ->
            script.read(
                head,
                merchantId,
                tail,
                viewerIds,
                (values, viewerId) -> values.text(viewerId),
                row -> reader.read(new ViewerKey(merchantId, row.getString("viewer_id")), row)));
  }

  /** Writes a key's two values. */
  public static void bindKey(Values values, ViewerKey key) {
    values.text(key.merchantId());
    values.text(key.viewerId());
  }

  private static void byMerchant(
      SortedSet<ViewerKey> viewers, BiConsumer<String, List<String>> each) {
    List<String> viewerIds = new ArrayList<>(viewers.size());
    String merchantId = viewers.isEmpty() ? "" : viewers.first().merchantId();
    for (ViewerKey viewer : viewers) {
      if (!viewer.merchantId().equals(merchantId)) {
        each.accept(merchantId, viewerIds);
        viewerIds.clear();
        merchantId = viewer.merchantId();
      }
      viewerIds.add(viewer.viewerId());
    }
    each.accept(merchantId, viewerIds);
  }
}
