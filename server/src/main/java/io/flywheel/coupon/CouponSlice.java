package io.flywheel.coupon;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Script;
import io.flywheel.engine.Slice;
import io.flywheel.engine.Values;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import io.flywheel.v1.Coupon;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;

/** Coupons, each by itself. Thread-safe. */
final class CouponSlice implements Slice<CouponKey, CouponSlice.Held> {
  static final Held NONE = new Held(Coupon.getDefaultInstance(), "", 0);

  @Inject
  CouponSlice() {}

  /**
   * A coupon.
   *
   * @param coupon without its code
   * @param made the code that was made for it; empty: it is of a list
   * @param codeNumber the code's number in the list; 0: it is of none
   */
  record Held(Coupon coupon, String made, long codeNumber) {
    Held with(Coupon.Builder other) {
      return new Held(other.build(), made, codeNumber);
    }
  }

  @Override
  public Held initial(CouponKey key) {
    return NONE;
  }

  @Override
  public void load(
      Script script, SortedSet<CouponKey> keys, boolean lock, BiConsumer<CouponKey, Held> found) {
    script.readRows(
        """
        SELECT merchant_id, viewer_id, grant_number, code, code_number, coupon FROM viewer_coupon
        WHERE (merchant_id, viewer_id, grant_number) IN\
        """,
        3,
        "",
        keys,
        CouponSlice::bindKey,
        row -> {
          String code = row.getString("code");
          found.accept(
              new CouponKey(
                  new ViewerKey(row.getString("merchant_id"), row.getString("viewer_id")),
                  row.getLong("grant_number")),
              new Held(parse(row), code == null ? "" : code, row.getLong("code_number")));
        });
  }

  @Override
  public void save(Script script, Map<CouponKey, Held> changed) {
    script.write(
        """
        INSERT INTO viewer_coupon
          (merchant_id, viewer_id, grant_number, coupon_id, code, code_number, coupon, over_ms)
        VALUES\
        """,
        8,
        "ON DUPLICATE KEY UPDATE coupon = VALUES(coupon), over_ms = VALUES(over_ms)",
        changed.entrySet(),
        (values, row) -> {
          bindKey(values, row.getKey());
          Held held = row.getValue();
          values.text(held.coupon().getCouponId());
          if (held.codeNumber() == 0) {
            values.text(held.made());
            values.nothing();
          } else {
            values.nothing();
            values.number(held.codeNumber());
          }
          values.bytes(held.coupon().toByteArray());
          values.number(overMillis(held.coupon()));
        });
  }

  /** Since when, or from when on, a coupon can't be used any more; 0: no time is known. */
  private static long overMillis(Coupon coupon) {
    return switch (coupon.getState()) {
      case COUPON_STATE_USED, COUPON_STATE_EXPIRED, COUPON_STATE_REVOKED ->
          Timestamps.toMillis(coupon.getMovedAt());
      default -> coupon.hasExpiresAt() ? Timestamps.toMillis(coupon.getExpiresAt()) : 0;
    };
  }

  static Coupon parse(ResultSet row) throws SQLException {
    try {
      return Coupon.parseFrom(row.getBytes("coupon"));
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("viewer_coupon.coupon can't be read", e);
    }
  }

  private static void bindKey(Values values, CouponKey key) {
    ViewerRows.bindKey(values, key.viewer());
    values.number(key.number());
  }
}
