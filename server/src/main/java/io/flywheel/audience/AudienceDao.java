package io.flywheel.audience;

import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Script;
import io.flywheel.v1.AudienceMember;
import io.flywheel.v1.Range;
import io.flywheel.v1.Segment;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The index of the audience, and the segments. Thread-safe. */
final class AudienceDao {
  @Inject
  AudienceDao() {}

  /**
   * A place in an order.
   *
   * @param figure what the order is by
   */
  record Place(long figure, String viewerId) {
    /** Before all others of an order. */
    static Place first(Ordering ordering) {
      return ordering.greatestFirst()
          ? new Place(Long.MAX_VALUE, "~")
          : new Place(Long.MIN_VALUE, "");
    }
  }

  /** Of a viewer's row by a facet. */
  record FacetRow(String facet, AudienceMember member) {}

  /** What the index has of viewers, by their ids. */
  Map<String, AudienceMember> members(
      Handle handle, String merchantId, Collection<String> viewerIds) {
    Map<String, AudienceMember> members = new LinkedHashMap<>();
    Script script = new Script(handle);
    script.read(
        "SELECT viewer_id, body FROM audience_member WHERE merchant_id = ? AND viewer_id IN",
        merchantId,
        "",
        viewerIds,
        (values, viewerId) -> values.text(viewerId),
        row -> members.put(row.getString("viewer_id"), member(row.getBytes("body"))));
    script.run();
    return members;
  }

  /** Writes what is known of viewers now, and by what they are found. */
  void save(
      Handle handle,
      String merchantId,
      Collection<AudienceMember> members,
      Collection<FacetRow> found,
      Collection<FacetRow> foundNoMore) {
    Script script = new Script(handle);
    script.write(
        "INSERT INTO audience_member (merchant_id, viewer_id, spread, body) VALUES",
        4,
        "ON DUPLICATE KEY UPDATE body = VALUES(body)",
        members,
        (values, member) -> {
          values.text(merchantId);
          values.text(member.getViewerId());
          values.number(spread(member.getViewerId()));
          values.bytes(member.toByteArray());
        });
    script.write(
        """
        INSERT INTO audience_facet
          (merchant_id, facet, viewer_id, seen_ms, streak, points, ordered_minor)
        VALUES\
        """,
        7,
        """
        ON DUPLICATE KEY UPDATE seen_ms = VALUES(seen_ms), streak = VALUES(streak),
          points = VALUES(points), ordered_minor = VALUES(ordered_minor)\
        """,
        found,
        (values, row) -> {
          values.text(merchantId);
          values.text(row.facet);
          values.text(row.member.getViewerId());
          values.number(Ordering.LAST_SEEN.of(row.member));
          values.number(Ordering.STREAK.of(row.member));
          values.number(Ordering.POINTS.of(row.member));
          values.number(Ordering.SPENT.of(row.member));
        });
    script.run();
    if (foundNoMore.isEmpty()) {
      return;
    }
    PreparedBatch gone =
        handle.prepareBatch(
            """
            DELETE FROM audience_facet
            WHERE merchant_id = :merchantId AND facet = :facet AND viewer_id = :viewerId\
            """);
    for (FacetRow row : foundNoMore) {
      gone.bind("merchantId", merchantId)
          .bind("facet", row.facet)
          .bind("viewerId", row.member.getViewerId())
          .add();
    }
    gone.execute();
  }

  /** The viewers of a facet after a place in an order. */
  List<Place> page(
      Handle handle,
      String merchantId,
      String facet,
      Ordering ordering,
      Range range,
      Place after,
      int limit) {
    return handle
        .createQuery(pageQuery(ordering))
        .bind("merchantId", merchantId)
        .bind("facet", facet)
        .bind("least", least(ordering, range, after))
        .bind("most", most(ordering, range, after))
        .bind("figure", after.figure)
        .bind("viewerId", after.viewerId)
        .bind("limit", limit)
        .map((row, context) -> new Place(row.getLong("figure"), row.getString("viewer_id")))
        .list();
  }

  /** The query of {@link #page} for an order; each goes along an index of its own. */
  static String pageQuery(Ordering ordering) {
    return switch (ordering) {
      case LAST_SEEN ->
          """
          SELECT seen_ms AS figure, viewer_id FROM audience_facet
          WHERE merchant_id = :merchantId AND facet = :facet
            AND seen_ms >= :least AND seen_ms <= :most
            AND (seen_ms < :figure OR viewer_id < :viewerId)
          ORDER BY seen_ms DESC, viewer_id DESC LIMIT :limit\
          """;
      case LONGEST_AWAY ->
          """
          SELECT seen_ms AS figure, viewer_id FROM audience_facet
          WHERE merchant_id = :merchantId AND facet = :facet
            AND seen_ms >= :least AND seen_ms <= :most
            AND (seen_ms > :figure OR viewer_id > :viewerId)
          ORDER BY seen_ms, viewer_id LIMIT :limit\
          """;
      case STREAK ->
          """
          SELECT streak AS figure, viewer_id FROM audience_facet
          WHERE merchant_id = :merchantId AND facet = :facet
            AND streak >= :least AND streak <= :most
            AND (streak < :figure OR viewer_id < :viewerId)
          ORDER BY streak DESC, viewer_id DESC LIMIT :limit\
          """;
      case POINTS ->
          """
          SELECT points AS figure, viewer_id FROM audience_facet
          WHERE merchant_id = :merchantId AND facet = :facet
            AND points >= :least AND points <= :most
            AND (points < :figure OR viewer_id < :viewerId)
          ORDER BY points DESC, viewer_id DESC LIMIT :limit\
          """;
      case SPENT ->
          """
          SELECT ordered_minor AS figure, viewer_id FROM audience_facet
          WHERE merchant_id = :merchantId AND facet = :facet
            AND ordered_minor >= :least AND ordered_minor <= :most
            AND (ordered_minor < :figure OR viewer_id < :viewerId)
          ORDER BY ordered_minor DESC, viewer_id DESC LIMIT :limit\
          """;
    };
  }

  /** How many viewers the index has. */
  long count(Handle handle, String merchantId) {
    return handle
        .createQuery(
            "SELECT COUNT(*) FROM audience_facet WHERE merchant_id = :merchantId AND facet = :facet")
        .bind("merchantId", merchantId)
        .bind("facet", Facets.ALL)
        .mapTo(Long.class)
        .one();
  }

  /** A merchant's viewers in an order by chance that is always the same, the first of them. */
  List<String> sample(Handle handle, String merchantId, int limit) {
    return handle
        .createQuery(
            """
            SELECT viewer_id FROM audience_member
            WHERE merchant_id = :merchantId
            ORDER BY spread, viewer_id LIMIT :limit\
            """)
        .bind("merchantId", merchantId)
        .bind("limit", limit)
        .mapTo(String.class)
        .list();
  }

  /** Viewers after one, by their ids, whether the index has them or not. */
  List<String> viewersAfter(Handle handle, String merchantId, String after, int limit) {
    return handle
        .createQuery(
            """
            SELECT viewer_id FROM viewer
            WHERE merchant_id = :merchantId AND viewer_id > :after AND profile <> ''
            ORDER BY viewer_id LIMIT :limit\
            """)
        .bind("merchantId", merchantId)
        .bind("after", after)
        .bind("limit", limit)
        .mapTo(String.class)
        .list();
  }

  /** The first merchant with viewers after one. */
  Optional<String> merchantAfter(Handle handle, String merchantId) {
    return handle
        .createQuery(
            """
            SELECT merchant_id FROM viewer
            WHERE merchant_id > :merchantId
            ORDER BY merchant_id LIMIT 1\
            """)
        .bind("merchantId", merchantId)
        .mapTo(String.class)
        .findOne();
  }

  void saveSegment(Handle handle, String merchantId, Segment segment) {
    handle
        .createUpdate(
            """
            INSERT INTO audience_segment (merchant_id, segment_id, body)
            VALUES (:merchantId, :segmentId, :body)
            ON DUPLICATE KEY UPDATE body = VALUES(body)\
            """)
        .bind("merchantId", merchantId)
        .bind("segmentId", segment.getSegmentId())
        .bind("body", segment.toByteArray())
        .execute();
  }

  List<Segment> segments(Handle handle, String merchantId) {
    return handle
        .createQuery(
            """
            SELECT body FROM audience_segment WHERE merchant_id = :merchantId ORDER BY segment_id\
            """)
        .bind("merchantId", merchantId)
        .mapTo(byte[].class)
        .map(AudienceDao::segment)
        .list();
  }

  void deleteSegment(Handle handle, String merchantId, String segmentId) {
    handle
        .createUpdate(
            """
            DELETE FROM audience_segment
            WHERE merchant_id = :merchantId AND segment_id = :segmentId\
            """)
        .bind("merchantId", merchantId)
        .bind("segmentId", segmentId)
        .execute();
  }

  private static long least(Ordering ordering, Range range, Place after) {
    long least = range.hasLeast() ? range.getLeast() : Long.MIN_VALUE;
    return ordering.greatestFirst() ? least : Math.max(least, after.figure);
  }

  private static long most(Ordering ordering, Range range, Place after) {
    long most = range.hasMost() ? range.getMost() : Long.MAX_VALUE;
    return ordering.greatestFirst() ? Math.min(most, after.figure) : most;
  }

  /** A well mixed hash that is the same on every node. */
  private static int spread(String viewerId) {
    return (viewerId.hashCode() * 0x9E3779B9) >>> 1;
  }

  private static AudienceMember member(byte[] body) {
    try {
      return AudienceMember.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("audience_member.body can't be read", e);
    }
  }

  private static Segment segment(byte[] body) {
    try {
      return Segment.parseFrom(body);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("audience_segment.body can't be read", e);
    }
  }
}
