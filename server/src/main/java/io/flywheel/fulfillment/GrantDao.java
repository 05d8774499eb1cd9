package io.flywheel.fulfillment;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.Script;
import io.flywheel.engine.ViewerKey;
import io.flywheel.engine.ViewerRows;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Grant;
import io.flywheel.v1.GrantDelivery;
import io.flywheel.v1.Reward;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;

/** Reads grants. Thread-safe. */
final class GrantDao {
  static final String GRANTS =
      """
      SELECT granted.grant_number, granted.reward, granted.cause, granted.granted_ms,
        granted.expires_ms, COALESCE(revoked.quantity, 0) AS revoked,
        moved.state, moved.reference, moved.moved_ms
      FROM viewer_grant granted
      LEFT JOIN grant_revocation revoked
        ON revoked.merchant_id = granted.merchant_id AND revoked.viewer_id = granted.viewer_id
          AND revoked.grant_number = granted.grant_number
      LEFT JOIN grant_delivery moved
        ON moved.merchant_id = granted.merchant_id AND moved.viewer_id = granted.viewer_id
          AND moved.grant_number = granted.grant_number
      WHERE granted.merchant_id = ? AND granted.viewer_id = ?
        AND granted.grant_number < ?
      ORDER BY granted.grant_number DESC
      LIMIT ?\
      """;

  static final String PLAIN_GRANTS =
      """
      SELECT grant_number, reward, cause, granted_ms, expires_ms
      FROM viewer_grant
      WHERE merchant_id = ? AND viewer_id = ?
      ORDER BY grant_number DESC
      LIMIT ?\
      """;

  @Inject
  GrantDao() {}

  /** The newest grants whose numbers are smaller than {@code before}, newest first. */
  List<Grant> grants(Handle handle, ViewerKey viewer, long before, int limit) {
    return handle
        .createQuery(GRANTS)
        .bind(0, viewer.merchantId())
        .bind(1, viewer.viewerId())
        .bind(2, before)
        .bind(3, limit)
        .map((row, context) -> grant(row, false))
        .list();
  }

  /**
   * Adds to a script the reading of viewers' newest grants, each viewer's newest first.
   *
   * @param plain whether no more is told of them than what was granted
   */
  void newest(
      Script script,
      Collection<ViewerKey> viewers,
      int limit,
      boolean plain,
      BiConsumer<ViewerKey, Grant> found) {
    for (ViewerKey viewer : viewers) {
      script.readEach(
          plain ? PLAIN_GRANTS : GRANTS,
          List.of(viewer),
          (values, key) -> {
            ViewerRows.bindKey(values, key);
            if (!plain) {
              values.number(Long.MAX_VALUE);
            }
            values.number(limit);
          },
          row -> found.accept(viewer, grant(row, plain)));
    }
  }

  /** Columns have numbers here: to find them by their names takes longer than to read them. */
  private static Grant grant(ResultSet row, boolean plain) throws SQLException {
    try {
      Grant.Builder grant =
          Grant.newBuilder()
              .setGrantNumber(row.getLong(1))
              .setReward(Reward.parseFrom(row.getBytes(2)))
              .setCause(Cause.parseFrom(row.getBytes(3)))
              .setGrantedAt(Timestamps.fromMillis(row.getLong(4)));
      long expiresMillis = row.getLong(5);
      if (!row.wasNull()) {
        grant.setExpiresAt(Timestamps.fromMillis(expiresMillis));
      }
      if (plain) {
        return grant.build();
      }
      grant.setRevoked(row.getLong(6));
      int state = row.getInt(7);
      if (!row.wasNull()) {
        grant.setDelivery(
            GrantDelivery.newBuilder()
                .setStateValue(state)
                .setReference(row.getString(8))
                .setMovedAt(Timestamps.fromMillis(row.getLong(9))));
      }
      return grant.build();
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("viewer_grant can't be read", e);
    }
  }
}
