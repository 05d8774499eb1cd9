package io.flywheel.audience;

import com.google.common.math.LongMath;
import com.google.inject.Inject;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.engine.Script;
import io.flywheel.v1.AudienceMember;
import io.flywheel.v1.Range;
import io.flywheel.v1.Segment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

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
    boolean isFirst = after.equals(Place.first(ordering));
    List<Place> page = new ArrayList<>();
    if (!isFirst) {
      page.addAll(
          places(
              pageQuery(handle, equalQuery(ordering), merchantId, facet, limit)
                  .bind("figure", after.figure)
                  .bind("viewerId", after.viewerId)));
    }
    if (page.size() < limit) {
      page.addAll(
          places(
              pageQuery(handle, beyondQuery(ordering), merchantId, facet, limit - page.size())
                  .bind("least", least(ordering, range, after, isFirst))
                  .bind("most", most(ordering, range, after, isFirst))));
    }
    return page;
  }

  private static Query pageQuery(
      Handle handle, String sql, String merchantId, String facet, int limit) {
    return handle
        .createQuery(sql)
        .bind("merchantId", merchantId)
        .bind("facet", facet)
        .bind("limit", limit);
  }

  private static List<Place> places(Query query) {
    return query
        .map((row, context) -> new Place(row.getLong("figure"), row.getString("viewer_id")))
        .list();
  }

  /**
   * Those with the figure of a place who come after it: a page begins in the middle of equal ones,
   * however many they are. The index is named, for a sort of all of them looks cheap while they are
   * few.
   */
  static String equalQuery(Ordering ordering) {
    return (ordering.greatestFirst()
            ? """
            SELECT %1$s AS figure, viewer_id FROM audience_facet FORCE INDEX (%2$s)
            WHERE merchant_id = :merchantId AND facet = :facet
              AND %1$s = :figure AND viewer_id < :viewerId
            ORDER BY %1$s DESC, viewer_id DESC LIMIT :limit\
            """
            : """
            SELECT %1$s AS figure, viewer_id FROM audience_facet FORCE INDEX (%2$s)
            WHERE merchant_id = :merchantId AND facet = :facet
              AND %1$s = :figure AND viewer_id > :viewerId
            ORDER BY %1$s, viewer_id LIMIT :limit\
            """)
        .formatted(ordering.column(), ordering.index());
  }

  /** Those whose figure is between two, in an order. */
  static String beyondQuery(Ordering ordering) {
    return (ordering.greatestFirst()
            ? """
            SELECT %1$s AS figure, viewer_id FROM audience_facet FORCE INDEX (%2$s)
            WHERE merchant_id = :merchantId AND facet = :facet
              AND %1$s >= :least AND %1$s <= :most
            ORDER BY %1$s DESC, viewer_id DESC LIMIT :limit\
            """
            : """
            SELECT %1$s AS figure, viewer_id FROM audience_facet FORCE INDEX (%2$s)
            WHERE merchant_id = :merchantId AND facet = :facet
              AND %1$s >= :least AND %1$s <= :most
            ORDER BY %1$s, viewer_id LIMIT :limit\
            """)
        .formatted(ordering.column(), ordering.index());
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

  private static long least(Ordering ordering, Range range, Place after, boolean isFirst) {
    long least = range.hasLeast() ? range.getLeast() : Long.MIN_VALUE;
    return isFirst || ordering.greatestFirst()
        ? least
        : Math.max(least, LongMath.saturatedAdd(after.figure, 1));
  }

  private static long most(Ordering ordering, Range range, Place after, boolean isFirst) {
    long most = range.hasMost() ? range.getMost() : Long.MAX_VALUE;
    return isFirst || !ordering.greatestFirst()
        ? most
        : Math.min(most, LongMath.saturatedSubtract(after.figure, 1));
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
