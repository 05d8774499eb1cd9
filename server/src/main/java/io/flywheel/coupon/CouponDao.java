package io.flywheel.coupon;

import com.google.inject.Inject;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.CodePool;
import io.flywheel.v1.Coupon;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Reads coupons and their lists of codes. Thread-safe. */
final class CouponDao {
  @Inject
  CouponDao() {}

  /** A viewer's coupons with numbers below one and their codes, newest first. */
  List<Coupon> ofViewer(Handle handle, ViewerKey viewer, long before, int limit) {
    return handle
        .createQuery(
            """
            SELECT held.code AS made, listed.code AS listed, held.coupon
            FROM viewer_coupon held
            LEFT JOIN coupon_code listed ON listed.merchant_id = held.merchant_id
              AND listed.coupon_id = held.coupon_id AND listed.code_number = held.code_number
            WHERE held.merchant_id = :merchant AND held.viewer_id = :viewer
              AND held.grant_number < :before
            ORDER BY held.grant_number DESC
            LIMIT :limit\
            """)
        .bind("merchant", viewer.merchantId())
        .bind("viewer", viewer.viewerId())
        .bind("before", before)
        .bind("limit", limit)
        .map((row, context) -> read(row))
        .list();
  }

  /** Whose a code is that was made, or is of a list. */
  Optional<CouponKey> find(Handle handle, String merchantId, String typed) {
    return handle
        .createQuery(
            """
            SELECT viewer_id, grant_number FROM viewer_coupon
            WHERE merchant_id = :merchant AND code = :code\
            """)
        .bind("merchant", merchantId)
        .bind("code", Codes.plain(typed))
        .map((row, context) -> key(merchantId, row))
        .findOne()
        .or(() ->
            handle
                .createQuery(
                    """
                    SELECT held.viewer_id, held.grant_number
                    FROM coupon_code listed
                    JOIN viewer_coupon held ON held.merchant_id = listed.merchant_id
                      AND held.coupon_id = listed.coupon_id
                      AND held.code_number = listed.code_number
                    WHERE listed.merchant_id = :merchant AND listed.code = :code\
                    """)
                .bind("merchant", merchantId)
                .bind("code", typed.strip())
                .map((row, context) -> key(merchantId, row))
                .findOne());
  }

  /** A coupon with its code. */
  Optional<Coupon> one(Handle handle, CouponKey key) {
    return ofViewer(handle, key.viewer(), key.number() + 1, 1).stream()
        .filter(coupon -> coupon.getNumber() == key.number())
        .findFirst();
  }

  /** The code of a coupon; empty: the next one of its list is still to be taken in. */
  String code(Handle handle, CouponKey key) {
    return one(handle, key).map(Coupon::getCode).orElse("");
  }

  /** The lists of a merchant, by their coupons' ids. */
  List<CodePool> pools(Handle handle, String merchantId, int limit) {
    return handle
        .createQuery(
            """
            SELECT known.coupon_id, COALESCE(taken.imported, 0) AS imported,
              COALESCE(pool.given, 0) AS given
            FROM (
              SELECT coupon_id FROM coupon_import WHERE merchant_id = :merchant
              UNION
              SELECT coupon_id FROM coupon_pool WHERE merchant_id = :merchant
            ) known
            LEFT JOIN coupon_import taken
              ON taken.merchant_id = :merchant AND taken.coupon_id = known.coupon_id
            LEFT JOIN coupon_pool pool
              ON pool.merchant_id = :merchant AND pool.coupon_id = known.coupon_id
            ORDER BY known.coupon_id
            LIMIT :limit\
            """)
        .bind("merchant", merchantId)
        .bind("limit", limit)
        .map((row, context) -> pool(row))
        .list();
  }

  private static CodePool pool(ResultSet row) throws SQLException {
    return CodePool.newBuilder()
        .setCouponId(row.getString("coupon_id"))
        .setImported(row.getLong("imported"))
        .setGiven(row.getLong("given"))
        .build();
  }

  private static CouponKey key(String merchantId, ResultSet row) throws SQLException {
    return new CouponKey(
        new ViewerKey(merchantId, row.getString("viewer_id")), row.getLong("grant_number"));
  }

  private static Coupon read(ResultSet row) throws SQLException {
    String made = row.getString("made");
    String listed = row.getString("listed");
    return CouponSlice.parse(row).toBuilder()
        .setCode(made != null ? Codes.shown(made) : listed != null ? listed : "")
        .build();
  }
}
