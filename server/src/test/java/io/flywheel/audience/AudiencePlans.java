package io.flywheel.audience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** How the database goes about pages of the audience. */
final class AudiencePlans {
  private AudiencePlans() {}

  /**
   * Fails unless a page of a facet, the first and a later one, goes along the index of its order.
   */
  static void assertAlongIndex(Handle handle, String merchantId, String facet, Ordering ordering) {
    assertAlong(
        ordering,
        explain(handle, AudienceDao.beyondQuery(ordering), merchantId, facet)
            .bind("least", Long.MIN_VALUE)
            .bind("most", Long.MAX_VALUE));
    assertAlong(
        ordering,
        explain(handle, AudienceDao.equalQuery(ordering), merchantId, facet)
            .bind("figure", 0)
            .bind("viewerId", "v5"));
  }

  private static Query explain(Handle handle, String sql, String merchantId, String facet) {
    return handle
        .createQuery("EXPLAIN FORMAT=TRADITIONAL " + sql)
        .bind("merchantId", merchantId)
        .bind("facet", facet)
        .bind("limit", 21);
  }

  private static void assertAlong(Ordering ordering, Query explained) {
    Map<String, Object> plan = explained.mapToMap().one();
    assertThat(plan.get("key")).as("%s: %s", ordering, plan).isEqualTo(ordering.index());
    assertThat(String.valueOf(plan.get("extra")))
        .as("%s: %s", ordering, plan)
        .doesNotContain("filesort");
  }
}
