package io.flywheel.viewer;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.ViewerProfile;
import io.flywheel.v1.ViewerSummary;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads viewers. Thread-safe. */
final class ViewerDao {
  /** Comes after every character that a viewer's id may have. */
  private static final String AFTER_ALL = "~";

  @Inject
  ViewerDao() {}

  /** Viewers who have done anything, by rising ids. */
  List<ViewerSummary> viewers(
      Handle handle, String merchantId, String prefix, String after, int limit) {
    return handle
        .createQuery(
            """
            SELECT viewer_id, profile
            FROM viewer
            WHERE merchant_id = :merchantId AND viewer_id > :after
              AND viewer_id >= :prefix AND viewer_id < :end AND profile <> ''
            ORDER BY viewer_id
            LIMIT :limit\
            """)
        .bind("merchantId", merchantId)
        .bind("after", after.isEmpty() ? ViewerKey.BEFORE_VIEWERS : after)
        .bind("prefix", prefix)
        .bind("end", prefix + AFTER_ALL)
        .bind("limit", limit)
        .map((row, context) -> viewer(row))
        .list();
  }

  private static ViewerSummary viewer(ResultSet row) throws SQLException {
    try {
      return ViewerSummary.newBuilder()
          .setViewerId(row.getString("viewer_id"))
          .setProfile(ViewerProfile.parseFrom(row.getBytes("profile")))
          .build();
    } catch (InvalidProtocolBufferException e) {
      throw new SQLException("viewer.profile can't be read", e);
    }
  }
}
