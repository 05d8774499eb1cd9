package io.flywheel.leaderboard;

import io.flywheel.engine.DatedSlice;
import io.flywheel.engine.OfViewer;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import jakarta.inject.Inject;
import java.util.Comparator;

/** What viewers' orders added to scores, dated by when they first did. Thread-safe. */
final class OrderScoreSlice extends DatedSlice<OrderScoreSlice.Key, OrderScores> {
  @Inject
  OrderScoreSlice() {
    super("board_order", "order_id", "counted_ms", OrderScores.getDefaultInstance());
  }

  /** An order of a viewer. */
  record Key(ViewerKey viewer, String orderId) implements Comparable<Key>, OfViewer {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::viewer).thenComparing(Key::orderId);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  @Override
  protected void bindId(Values values, Key key) {
    values.text(key.orderId);
  }
}
