package io.flywheel.coupon;

import com.google.inject.Inject;
import io.flywheel.engine.SharedSlice;
import io.flywheel.engine.Values;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/** How many coupons were given whose codes are taken from a list. Thread-safe. */
final class PoolSlice extends SharedSlice<PoolSlice.Key, Long> {
  private static final int RANK = 540;

  @Inject
  PoolSlice() {
    super(RANK, "coupon_pool", List.of("merchant_id", "coupon_id"), List.of("given"));
  }

  /** A merchant's coupon. */
  record Key(String merchantId, String couponId) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::merchantId).thenComparing(Key::couponId);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  @Override
  public Long initial(Key key) {
    return 0L;
  }

  @Override
  protected void bindKey(Values values, Key key) {
    values.text(key.merchantId);
    values.text(key.couponId);
  }

  @Override
  protected void bindState(Values values, Long given) {
    values.number(given);
  }

  @Override
  protected Key readKey(ResultSet row) throws SQLException {
    return new Key(row.getString("merchant_id"), row.getString("coupon_id"));
  }

  @Override
  protected Long readState(ResultSet row, int first) throws SQLException {
    return row.getLong(first);
  }
}
