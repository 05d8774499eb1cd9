package io.flywheel.fulfillment;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Grant;
import io.flywheel.v1.Reward;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads grants. Thread-safe. */
final class GrantDao {
  static final String GRANTS =
      """
      SELECT grant_number, reward, cause, granted_ms, expires_ms
      FROM viewer_grant
      WHERE merchant_id = :merchantId AND viewer_id = :viewerId AND grant_number < :before
      ORDER BY grant_number DESC
      LIMIT :limit\
      """;

  @Inject
  GrantDao() {}

  /** The newest grants whose numbers are smaller than {@code before}, newest first. */
  List<Grant> grants(Handle handle, ViewerKey viewer, long before, int limit) {
    return handle
        .createQuery(GRANTS)
        .bind("merchantId", viewer.merchantId())
        .bind("viewerId", viewer.viewerId())
        .bind("before", before)
        .bind("limit", limit)
        .map((row, context) -> grant(row))
        .list();
  }

  private static Grant grant(ResultSet row) throws SQLException {
    try {
      Grant.Builder grant =
          Grant.newBuilder()
              .setGrantNumber(row.getLong("grant_number"))
              .setReward(Reward.parseFrom(row.getBytes("reward")))
              .setCause(Cause.parseFrom(row.getBytes("cause")))
              .setGrantedAt(Timestamps.fromMillis(row.getLong("granted_ms")));
      long expiresMillis = row.getLong("expires_ms");
      if (!row.wasNull()) {
        grant.setExpiresAt(Timestamps.fromMillis(expiresMillis));
      }
      return grant.build();
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("viewer_grant can't be read", e);
    }
  }
}
