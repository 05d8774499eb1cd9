package io.flywheel.leaderboard;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.OfViewer;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** What viewers' orders added to scores. Thread-safe. */
final class OrderScoreSlice implements Slice<OrderScoreSlice.Key, OrderScoreSlice.Counted> {
  @Inject
  OrderScoreSlice() {}

  /** An order of a viewer. */
  record Key(ViewerKey viewer, String orderId) implements Comparable<Key>, OfViewer {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::viewer).thenComparing(Key::orderId);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * What an order added.
   *
   * @param countedMillis when it first did, by the time of what told of it, in epoch milliseconds;
   *     0: never
   */
  record Counted(OrderScores scores, long countedMillis) {
    static final Counted NOTHING = new Counted(OrderScores.getDefaultInstance(), 0);
  }

  @Override
  public Counted initial(Key key) {
    return Counted.NOTHING;
  }

  @Override
  public void load(
      Script script, SortedSet<Key> keys, boolean lock, BiConsumer<Key, Counted> found) {
    // A batch has few orders, so each is a statement of its own.
    for (Key key : keys) {
      script.readEach(
          """
          SELECT state, counted_ms FROM board_order
          WHERE merchant_id = ? AND viewer_id = ? AND order_id = ?\
          """,
          List.of(key),
          (values, each) -> {
            ViewerRows.bindKey(values, each.viewer);
            values.text(each.orderId);
          },
          row -> found.accept(key, read(row)));
    }
  }

  @Override
  public void save(Script script, Map<Key, Counted> changed) {
    script.write(
        "INSERT INTO board_order (merchant_id, viewer_id, order_id, state, counted_ms) VALUES",
        5,
        "ON DUPLICATE KEY UPDATE state = VALUES(state)",
        changed.entrySet(),
        (values, row) -> {
          ViewerRows.bindKey(values, row.getKey().viewer);
          values.text(row.getKey().orderId);
          values.bytes(row.getValue().scores.toByteArray());
          values.number(row.getValue().countedMillis);
        });
  }

  private static Counted read(ResultSet row) throws SQLException {
    try {
      return new Counted(OrderScores.parseFrom(row.getBytes("state")), row.getLong("counted_ms"));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("board_order.state can't be read", e);
    }
  }
}
