package io.flywheel.audience;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AudienceFilter;
import io.flywheel.v1.AudienceMember;
import io.flywheel.v1.AudienceOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/**
 * How long the first page of each pair of filter and order takes that the contract names. {@code
 * FLYWHEEL_AUDIENCE_VIEWERS=1000000} measures over as many viewers and holds it to its bound; the
 * suite looks at the same pages over a few, which all come back.
 */
final class AudienceSpeedTest {
  private static final int FEW = 2_000;
  private static final int CALLS = 200;
  private static final double MOST_MILLIS = 50;
  private static final String MERCHANT = "speed";

  @Test
  void theFirstPageOfEachFilterAndOrderComesAtOnce() throws Exception {
    String asked = System.getenv("FLYWHEEL_AUDIENCE_VIEWERS");
    int viewers = asked == null ? FEW : Integer.parseInt(asked);
    try (TestServer server = TestServer.start()) {
      if (asked == null) {
        fill(server, viewers);
      } else {
        fillFast(server, viewers);
      }
      Audience audience = server.instance(Audience.class);
      Map<String, Double> slow = new TreeMap<>();
      for (AudienceFilter filter : filters()) {
        for (AudienceOrder order : AudienceOrder.values()) {
          if (order != AudienceOrder.UNRECOGNIZED) {
            double p99 = p99(audience, filter, order, asked == null ? 1 : CALLS);
            String pair = order.name() + " " + filter.toString().strip().replaceAll("\\s+", " ");
            if (asked != null) {
              System.out.printf("%-60s p99 %.1f ms%n", pair, p99);
            }
            slow.put(pair, p99);
          }
        }
      }
      if (asked != null) {
        slow.values().removeIf(millis -> millis < MOST_MILLIS);
        assertThat(slow).isEmpty();
      }
    }
  }

  private static List<AudienceFilter> filters() {
    return List.of(
        AudienceFilter.getDefaultInstance(),
        AudienceFilter.newBuilder().setTagId("half").build(),
        AudienceFilter.newBuilder().setTagId("few").build(),
        AudienceFilter.newBuilder().setRoomId("room-7").build(),
        AudienceFilter.newBuilder().setLevelId("level-3").build());
  }

  private static double p99(
      Audience audience, AudienceFilter filter, AudienceOrder order, int calls) {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      long began = System.nanoTime();
      int found = audience.list(MERCHANT, filter, order, 20, "").getMembersCount();
      nanos.add(System.nanoTime() - began);
      assertThat(found).as("%s %s", filter, order).isEqualTo(20);
    }
    Collections.sort(nanos);
    return nanos.get((int) Math.ceil(nanos.size() * 0.99) - 1) / 1e6;
  }

  /** With more memory while the rows are written, and as the service comes while it is measured. */
  private static void fillFast(TestServer server, int viewers) throws Exception {
    Database database = server.instance(Database.class);
    long pool =
        database.read(handle ->
            handle.createQuery("SELECT @@innodb_buffer_pool_size").mapTo(Long.class).one());
    try (Handle handle = database.jdbi().open()) {
      handle.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 0");
      handle.execute("SET GLOBAL innodb_buffer_pool_size = 3221225472");
      fill(server, viewers);
      handle.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
      handle.execute("SET GLOBAL innodb_buffer_pool_size = " + pool);
      handle.execute("ANALYZE TABLE audience_facet, audience_member");
    }
  }

  private static void fill(TestServer server, int viewers) {
    AudienceDao dao = server.instance(AudienceDao.class);
    Random random = new Random(1);
    List<AudienceMember> part = new ArrayList<>();
    for (int i = 0; i < viewers; i++) {
      AudienceMember.Builder member =
          AudienceMember.newBuilder()
              .setViewerId("v" + i)
              .setRoomId("room-" + random.nextInt(20))
              .setLevelId("level-" + random.nextInt(5))
              .setStreak(random.nextInt(60))
              .setPoints(random.nextInt(10_000))
              .setOrderedMinor(random.nextInt(4) == 0 ? random.nextInt(1_000_000) : 0)
              .setLastSeenAt(
                  Timestamps.fromMillis(1_700_000_000_000L + random.nextInt(1_000_000_000)));
      if (i % 2 == 0) {
        member.addTags("half");
      }
      if (i % 80 == 0) {
        member.addTags("few");
      }
      part.add(member.build());
      if (part.size() == 500 || i == viewers - 1) {
        List<AudienceDao.FacetRow> rows = new ArrayList<>();
        for (AudienceMember each : part) {
          Facets.of(each).forEach(facet -> rows.add(new AudienceDao.FacetRow(facet, each)));
        }
        List<AudienceMember> members = List.copyOf(part);
        server
            .instance(Database.class)
            .inTransaction(handle -> {
              dao.save(handle, MERCHANT, members, rows, List.of());
              return null;
            });
        part.clear();
      }
    }
  }
}
