package io.flywheel.audience;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.db.Database;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AudienceFilter;
import io.flywheel.v1.AudienceMember;
import io.flywheel.v1.AudienceOrder;
import io.flywheel.v1.ListAudienceResponse;
import io.flywheel.v1.Range;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * How long the pages take that the contract names: the first of each pair of filter and order, and
 * one in the middle of those who are equal. {@code FLYWHEEL_AUDIENCE_VIEWERS=1000000} measures over
 * as many viewers, prints what it finds and holds it to its bound; the suite looks at the same
 * pages over a few, at their plans, and that they come back.
 */
final class AudienceSpeedTest {
  private static final int FEW = 2_000;
  private static final int WARM_UP_CALLS = 20;
  private static final int CALLS = 400;
  private static final double MOST_MILLIS = 50;
  private static final Duration LONGEST_FLUSH = Duration.ofMinutes(3);
  private static final int PAGE_SIZE = 20;
  private static final long SEEN_MILLIS = 1_700_000_000_000L;
  private static final String MERCHANT = "speed";

  /** A page that the contract names. */
  private record Page(AudienceFilter filter, AudienceOrder order, String token) {
    String name() {
      return "%s%s %s"
          .formatted(
              order.name().replace("AUDIENCE_ORDER_", ""),
              token.isEmpty() ? "" : " later page",
              filter.toString().strip().replaceAll("\\s+", " "));
    }
  }

  @Test
  @Timeout(1_800)
  void eachPageThatTheContractNamesComesAtOnce() throws Exception {
    String asked = System.getenv("FLYWHEEL_AUDIENCE_VIEWERS");
    int viewers = asked == null ? FEW : Integer.parseInt(asked);
    try (TestServer server = TestServer.start()) {
      Database database = server.instance(Database.class);
      if (asked == null) {
        fill(server, viewers);
      } else {
        fillFast(server, viewers);
      }
      assertAlongIndexes(database);
      Audience audience = server.instance(Audience.class);
      List<Page> pages = pages(audience);
      if (asked == null) {
        pages.forEach(page -> call(audience, page));
        return;
      }
      Map<String, Double> millis = new LinkedHashMap<>();
      for (Page page : pages) {
        millis.put(page.name(), p99(audience, page));
      }
      millis.forEach((page, p99) -> System.out.printf("%-60s p99 %.1f ms%n", page, p99));
      millis.values().removeIf(p99 -> p99 < MOST_MILLIS);
      assertThat(millis).as("what takes longer than %s ms", MOST_MILLIS).isEmpty();
    }
  }

  private static List<Page> pages(Audience audience) {
    List<Page> pages = new ArrayList<>();
    for (AudienceOrder order : AudienceOrder.values()) {
      if (order == AudienceOrder.UNRECOGNIZED) {
        continue;
      }
      List<AudienceFilter> filters =
          Stream.of(
                  filter(),
                  filter().setTagId("half"),
                  filter().setTagId("few"),
                  filter().setRoomId("room-7"),
                  filter().setLevelId("level-3"))
              .flatMap(filter -> Stream.of(filter.build(), bounded(filter, order)))
              .toList();
      filters.forEach(filter -> pages.add(new Page(filter, order, "")));
    }
    // Three of four have spent nothing: the least page is full of them, and so are those after it.
    AudienceFilter nothingSpent = filter().setOrderedMinor(Range.newBuilder().setMost(0)).build();
    Page equal = new Page(nothingSpent, AudienceOrder.AUDIENCE_ORDER_SPENT, "");
    pages.add(equal);
    pages.add(new Page(nothingSpent, equal.order, call(audience, equal).getNextPageToken()));
    return pages;
  }

  private static AudienceFilter.Builder filter() {
    return AudienceFilter.newBuilder();
  }

  /** With bounds of the order's own figure, between which about half of all are. */
  private static AudienceFilter bounded(AudienceFilter.Builder filter, AudienceOrder order) {
    AudienceFilter.Builder bounded = filter.clone();
    switch (Ordering.of(order)) {
      case LAST_SEEN, LONGEST_AWAY ->
          bounded
              .setSeenAfter(Timestamps.fromMillis(SEEN_MILLIS + 250_000_000L))
              .setSeenBefore(Timestamps.fromMillis(SEEN_MILLIS + 750_000_000L));
      case STREAK -> bounded.setStreak(range(15, 44));
      case POINTS -> bounded.setPoints(range(2_500, 7_499));
      case SPENT -> bounded.setOrderedMinor(range(1, 500_000));
    }
    return bounded.build();
  }

  private static Range range(long least, long most) {
    return Range.newBuilder().setLeast(least).setMost(most).build();
  }

  private static ListAudienceResponse call(Audience audience, Page page) {
    ListAudienceResponse answer =
        audience.list(MERCHANT, page.filter, page.order, PAGE_SIZE, page.token);
    boolean mayBeFew = page.filter.getTagId().equals("few") || !page.filter.getRoomId().isEmpty();
    assertThat(answer.getMembersCount())
        .as(page.name())
        .isBetween(mayBeFew ? 1 : PAGE_SIZE, PAGE_SIZE);
    return answer;
  }

  private static double p99(Audience audience, Page page) {
    List<Long> nanos = new ArrayList<>();
    for (int i = 0; i < WARM_UP_CALLS + CALLS; i++) {
      long began = System.nanoTime();
      var unused = call(audience, page);
      if (i >= WARM_UP_CALLS) {
        nanos.add(System.nanoTime() - began);
      }
    }
    Collections.sort(nanos);
    return nanos.get((int) Math.ceil(nanos.size() * 0.99) - 1) / 1e6;
  }

  /** Neither many nor few are sorted for a page. */
  private static void assertAlongIndexes(Database database) {
    try (Handle handle = database.jdbi().open()) {
      for (Ordering ordering : Ordering.values()) {
        for (String facet : List.of(Facets.ALL, Facets.ofTag("half"), Facets.ofTag("few"))) {
          AudiencePlans.assertAlongIndex(handle, MERCHANT, facet, ordering);
        }
      }
    }
  }

  /**
   * With more memory and without the indexes while the rows are written, and as the service comes
   * while it is measured, once all is on the disk.
   */
  private static void fillFast(TestServer server, int viewers) throws Exception {
    Database database = server.instance(Database.class);
    try (Handle handle = database.jdbi().open()) {
      long pool = variable(handle, "innodb_buffer_pool_size");
      handle.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 0");
      handle.execute("SET GLOBAL innodb_buffer_pool_size = 3221225472");
      List<Ordering> indexes =
          Stream.of(Ordering.values()).filter(Ordering::greatestFirst).toList();
      indexes.forEach(
          each -> handle.execute("ALTER TABLE audience_facet DROP KEY " + each.index()));
      fill(server, viewers);
      indexes.forEach(each ->
          handle.execute(
              "ALTER TABLE audience_facet ADD KEY %s (merchant_id, facet, %s, viewer_id)"
                  .formatted(each.index(), each.column())));
      handle.execute("SET GLOBAL innodb_flush_log_at_trx_commit = 1");
      handle.execute("SET GLOBAL innodb_max_dirty_pages_pct = 0");
      long until = System.nanoTime() + LONGEST_FLUSH.toNanos();
      while (dirtyPages(handle) > 100 && System.nanoTime() < until) {
        handle.execute("DO SLEEP(0.5)");
      }
      handle.execute("SET GLOBAL innodb_max_dirty_pages_pct = DEFAULT");
      handle.execute("SET GLOBAL innodb_buffer_pool_size = " + pool);
      handle.execute("ANALYZE TABLE audience_facet, audience_member");
    }
  }

  private static long variable(Handle handle, String name) {
    return handle.createQuery("SELECT @@" + name).mapTo(Long.class).one();
  }

  private static long dirtyPages(Handle handle) {
    return handle
        .createQuery("SHOW GLOBAL STATUS LIKE 'Innodb_buffer_pool_pages_dirty'")
        .map((row, context) -> row.getLong(2))
        .one();
  }

  private static void fill(TestServer server, int viewers) {
    AudienceDao dao = server.instance(AudienceDao.class);
    Random random = new Random(1);
    List<AudienceMember> part = new ArrayList<>();
    for (int i = 0; i < viewers; i++) {
      part.add(member(i, random));
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

  private static AudienceMember member(int number, Random random) {
    AudienceMember.Builder member =
        AudienceMember.newBuilder()
            .setViewerId("v" + number)
            .setRoomId("room-" + random.nextInt(20))
            .setLevelId("level-" + random.nextInt(5))
            .setStreak(random.nextInt(60))
            .setPoints(random.nextInt(10_000))
            .setOrderedMinor(random.nextInt(4) == 0 ? random.nextInt(1_000_000) : 0)
            .setLastSeenAt(Timestamps.fromMillis(SEEN_MILLIS + random.nextInt(1_000_000_000)));
    if (number % 2 == 0) {
      member.addTags("half");
    }
    if (number % 80 == 0) {
      member.addTags("few");
    }
    return member.build();
  }
}
