package io.flywheel.viewer;

import com.google.inject.Inject;
import io.flywheel.engine.ViewerKey;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Reads viewers. Thread-safe. */
final class ViewerDao {
  /** Comes after every character that a viewer's id may have. */
  private static final String AFTER_ALL = "~";

  @Inject
  ViewerDao() {}

  /** The ids of viewers who have done anything, rising. */
  List<String> viewerIds(Handle handle, String merchantId, String prefix, String after, int limit) {
    return handle
        .createQuery(
            """
            SELECT viewer_id
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
        .mapTo(String.class)
        .list();
  }
}
