package io.flywheel.audience.tag;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.TagChange;
import io.flywheel.v1.TagEntered;
import io.flywheel.v1.TagLeft;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Reads the history of tags. Thread-safe. */
final class TagDao {
  @Inject
  TagDao() {}

  /** A change with its number. */
  record Numbered(long number, TagChange change) {}

  /** How many came to have a tag in some time, and how many lost it. */
  record Flow(long entered, long gone) {
    Flow plus(Flow other) {
      return new Flow(entered + other.entered, gone + other.gone);
    }
  }

  /** A viewer's changes with numbers below one, newest first. */
  List<Numbered> changes(Handle handle, ViewerKey viewer, long before, int limit) {
    return handle
        .createQuery(
            """
            SELECT change_number, entered, at_ms, detail FROM tag_change
            WHERE merchant_id = :merchantId AND viewer_id = :viewerId AND change_number < :before
            ORDER BY change_number DESC LIMIT :limit\
            """)
        .bind("merchantId", viewer.merchantId())
        .bind("viewerId", viewer.viewerId())
        .bind("before", before)
        .bind("limit", limit)
        .map((row, context) ->
            new Numbered(
                row.getLong("change_number"),
                change(row.getBoolean("entered"), row.getLong("at_ms"), row.getBytes("detail"))))
        .list();
  }

  /** What happened to each tag from an hour to another, which is not part of it. */
  Map<String, Flow> flows(Handle handle, String merchantId, long fromHour, long toHour) {
    Map<String, Flow> flows = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT tag_id, SUM(entered) AS entered, SUM(gone) AS gone FROM tag_flow
            WHERE merchant_id = :merchantId AND hour >= :from AND hour < :to
            GROUP BY tag_id\
            """)
        .bind("merchantId", merchantId)
        .bind("from", fromHour)
        .bind("to", toHour)
        .map((row, context) ->
            flows.put(
                row.getString("tag_id"), new Flow(row.getLong("entered"), row.getLong("gone"))))
        .list();
    return flows;
  }

  /** What happened to a tag from a time to another, which is not part of it. */
  Flow flow(Handle handle, String merchantId, String tagId, long fromMillis, long toMillis) {
    return handle
        .createQuery(
            """
            SELECT COALESCE(SUM(entered), 0) AS entered, COUNT(*) AS changes FROM tag_change
            WHERE merchant_id = :merchantId AND tag_id = :tagId AND at_ms >= :from AND at_ms < :to\
            """)
        .bind("merchantId", merchantId)
        .bind("tagId", tagId)
        .bind("from", fromMillis)
        .bind("to", toMillis)
        .map((row, context) ->
            new Flow(row.getLong("entered"), row.getLong("changes") - row.getLong("entered")))
        .one();
  }

  private static TagChange change(boolean entered, long atMillis, byte[] detail) {
    TagChange.Builder change = TagChange.newBuilder().setChangedAt(Timestamps.fromMillis(atMillis));
    try {
      return entered
          ? change.setEntered(TagEntered.parseFrom(detail)).build()
          : change.setLeft(TagLeft.parseFrom(detail)).build(); // of the same fields
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("tag_change.detail can't be read", e);
    }
  }
}
