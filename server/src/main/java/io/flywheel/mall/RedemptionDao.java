package io.flywheel.mall;

import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.Redemption;
import io.flywheel.v1.RedemptionState;
import jakarta.inject.Inject;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads redemptions, with what viewers said for the delivery. Thread-safe. */
final class RedemptionDao {
  @Inject
  RedemptionDao() {}

  /** A redemption and its place in the merchant's list. */
  record Row(long number, long redeemedMillis, Redemption redemption) {}

  /** A viewer's redemptions with numbers below one, newest first. */
  List<Row> ofViewer(Handle handle, ViewerKey viewer, long before, int limit) {
    return handle
        .createQuery(
            """
            SELECT r.redemption_number, r.redeemed_ms, r.redemption, d.delivery
            FROM redemption r
            LEFT JOIN redemption_delivery d ON d.merchant_id = r.merchant_id
              AND d.viewer_id = r.viewer_id AND d.redemption_number = r.redemption_number
            WHERE r.merchant_id = :merchant AND r.viewer_id = :viewer
              AND r.redemption_number < :before
            ORDER BY r.redemption_number DESC
            LIMIT :limit\
            """)
        .bind("merchant", viewer.merchantId())
        .bind("viewer", viewer.viewerId())
        .bind("before", before)
        .bind("limit", limit)
        .map((row, context) -> read(row))
        .list();
  }

  /**
   * Where a page of the merchant's list begins: behind this redemption.
   *
   * @param redeemedMillis the largest number there is: at the newest
   */
  record Position(long redeemedMillis, String viewerId, long number) {}

  /**
   * All viewers' redemptions, newest first.
   *
   * @param state unspecified: of all
   */
  List<Row> ofMerchant(
      Handle handle, String merchantId, RedemptionState state, Position behind, int limit) {
    String sql =
        state == RedemptionState.REDEMPTION_STATE_UNSPECIFIED
            ? """
            SELECT r.redemption_number, r.redeemed_ms, r.redemption, d.delivery
            FROM redemption r
            LEFT JOIN redemption_delivery d ON d.merchant_id = r.merchant_id
              AND d.viewer_id = r.viewer_id AND d.redemption_number = r.redemption_number
            WHERE r.merchant_id = :merchant AND r.redeemed_ms <= :redeemed
              AND (r.redeemed_ms < :redeemed OR r.viewer_id < :viewer
                OR (r.viewer_id = :viewer AND r.redemption_number < :number))
            ORDER BY r.redeemed_ms DESC, r.viewer_id DESC, r.redemption_number DESC
            LIMIT :limit\
            """
            : """
            SELECT r.redemption_number, r.redeemed_ms, r.redemption, d.delivery
            FROM redemption r
            LEFT JOIN redemption_delivery d ON d.merchant_id = r.merchant_id
              AND d.viewer_id = r.viewer_id AND d.redemption_number = r.redemption_number
            WHERE r.merchant_id = :merchant AND r.state = :state AND r.redeemed_ms <= :redeemed
              AND (r.redeemed_ms < :redeemed OR r.viewer_id < :viewer
                OR (r.viewer_id = :viewer AND r.redemption_number < :number))
            ORDER BY r.redeemed_ms DESC, r.viewer_id DESC, r.redemption_number DESC
            LIMIT :limit\
            """;
    var query =
        handle
            .createQuery(sql)
            .bind("merchant", merchantId)
            .bind("redeemed", behind.redeemedMillis())
            .bind("viewer", behind.viewerId())
            .bind("number", behind.number())
            .bind("limit", limit);
    if (state != RedemptionState.REDEMPTION_STATE_UNSPECIFIED) {
      query.bind("state", state.getNumber());
    }
    return query.map((row, context) -> read(row)).list();
  }

  private static Row read(ResultSet row) throws SQLException {
    Redemption.Builder redemption = RedemptionSlice.parse(row).toBuilder();
    byte[] delivery = row.getBytes("delivery");
    if (delivery != null) {
      try {
        redemption.mergeFrom(delivery);
      } catch (InvalidProtocolBufferException e) {
        throw new SQLException("redemption_delivery.delivery can't be read", e);
      }
    }
    return new Row(
        row.getLong("redemption_number"), row.getLong("redeemed_ms"), redemption.build());
  }
}
