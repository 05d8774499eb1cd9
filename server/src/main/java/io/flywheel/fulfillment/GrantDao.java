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
        .map((row, context) -> grant(row))
        .list();
  }

  /** Adds to a script the reading of viewers' newest grants, each viewer's newest first. */
  void newest(
      Script script, Collection<ViewerKey> viewers, int limit, BiConsumer<ViewerKey, Grant> found) {
    for (ViewerKey viewer : viewers) {
      script.readEach(
          GRANTS,
          List.of(viewer),
          (values, key) -> {
            ViewerRows.bindKey(values, key);
            values.number(Long.MAX_VALUE).number(limit);
          },
          row -> found.accept(viewer, grant(row)));
    }
  }

  private static Grant grant(ResultSet row) throws SQLException {
    try {
      Grant.Builder grant =
          Grant.newBuilder()
              .setGrantNumber(row.getLong("grant_number"))
              .setReward(Reward.parseFrom(row.getBytes("reward")))
              .setCause(Cause.parseFrom(row.getBytes("cause")))
              .setGrantedAt(Timestamps.fromMillis(row.getLong("granted_ms")))
              .setRevoked(row.getLong("revoked"));
      long expiresMillis = row.getLong("expires_ms");
      if (!row.wasNull()) {
        grant.setExpiresAt(Timestamps.fromMillis(expiresMillis));
      }
      int state = row.getInt("state");
      if (!row.wasNull()) {
        grant.setDelivery(
            GrantDelivery.newBuilder()
                .setStateValue(state)
                .setReference(row.getString("reference"))
                .setMovedAt(Timestamps.fromMillis(row.getLong("moved_ms"))));
      }
      return grant.build();
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("viewer_grant can't be read", e);
    }
  }
}
