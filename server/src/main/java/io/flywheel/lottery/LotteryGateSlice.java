package io.flywheel.lottery;

import io.flywheel.engine.PackedSharedSlice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/**
 * Whether lotteries are open, in parts over which viewers are spread. Whoever draws locks a part
 * and finds it open; a withdrawal locks and closes all of them. So each draw is either committed
 * before the withdrawal, which then finds and refunds it, or refused. Thread-safe.
 */
final class LotteryGateSlice extends PackedSharedSlice<LotteryGateSlice.Key, LotteryGate> {
  static final int PARTS = 16;

  private static final int RANK = 510;

  @Inject
  LotteryGateSlice() {
    super(
        RANK,
        "lottery_gate",
        List.of("merchant_id", "lottery_id", "part"),
        LotteryGate.getDefaultInstance());
  }

  /** A part of a lottery's gate. */
  record Key(String merchantId, String lotteryId, int part) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::merchantId)
            .thenComparing(Key::lotteryId)
            .thenComparingInt(Key::part);

    /** The part that a viewer is in. */
    static Key of(String lotteryId, ViewerKey viewer) {
      return new Key(viewer.merchantId(), lotteryId, viewer.spread() % PARTS);
    }

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /** A lottery's gate as it was committed last. */
  LotteryGate peek(StateView view, String lotteryId) {
    return view.peek(this, Key.of(lotteryId, view.viewer()));
  }

  @Override
  protected void bindKey(Values values, Key key) {
    values.text(key.merchantId);
    values.text(key.lotteryId);
    values.number(key.part);
  }

  @Override
  protected Key readKey(ResultSet row) throws SQLException {
    return new Key(row.getString("merchant_id"), row.getString("lottery_id"), row.getInt("part"));
  }
}
