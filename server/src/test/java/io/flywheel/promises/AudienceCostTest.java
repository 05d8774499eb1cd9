package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import com.sun.management.OperatingSystemMXBean;
import io.flywheel.analytics.PendingFigures;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.FiguresAnew;
import io.flywheel.testing.MutableClock;
import io.flywheel.testing.RoomyDatabase;
import io.flywheel.testing.TestServer;
import io.flywheel.traffic.LedgerTotals;
import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.AnswerDetail;
import io.flywheel.v1.Clicked;
import io.flywheel.v1.Commented;
import io.flywheel.v1.Entered;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetRoomReportRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Ordered;
import io.flywheel.v1.RoomCounts;
import io.flywheel.v1.RoomReport;
import io.flywheel.v1.Watched;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What tags and figures cost of the processor, of the server and its database: the same events go
 * to a server with both and to one with neither, by turns. {@code FLYWHEEL_COST_VIEWERS=200000}
 * lets as many viewers in, of whom an evening's crowd goes on, prints the middle ratio of the
 * rounds, and holds it to its bound; the suite looks only at what the two servers count.
 */
final class AudienceCostTest {
  private static final int FEW = 100;
  private static final int WARM_UP_ROUNDS = 6;
  private static final int ROUNDS = 24;

  /** How many things the viewers do in {@link #ROUND}. */
  private static final int EVENTS = 30_000;

  /**
   * As many viewers do that: 27 for each 100 things in five minutes, as in the recorded rooms with
   * a report of watching each minute.
   */
  private static final int CROWD = 10_000;

  private static final String MERCHANT = "m";
  private static final int CALL_SIZE = 1_000;

  /** As long as a server leaves figures unfolded when nobody reads them. */
  private static final Duration ROUND = Duration.ofMinutes(5);

  private static final Duration WATCHED = Duration.ofMinutes(1);
  private static final double MAX_RATIO = 1.1;
  private static final String TAGS =
      """
      tags:
        - {id: at-risk, title: 流失预警, condition: viewer.days_since_seen >= 14, group: stage}
        - {id: newcomer, title: 新人, condition: viewer.days_known < 7, group: stage}
        - {id: core-fan, title: 铁粉, condition: viewer.streak >= 7, group: stage}
        - {id: potential, title: 潜力, condition: viewer.active_days_30 >= 2, group: stage}
        - {id: big-spender, title: 大买家, condition: viewer.ordered_minor >= 100000}
      """;

  private final OperatingSystemMXBean machine =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  @Test
  @Timeout(3_600)
  void tagsAndFiguresAddLittleToWhatAnEventCosts() throws Exception {
    Optional<Integer> asked =
        Optional.ofNullable(System.getenv("FLYWHEEL_COST_VIEWERS")).map(Integer::parseInt);
    int viewers = asked.orElse(FEW);
    int rounds = asked.isPresent() ? WARM_UP_ROUNDS + ROUNDS : 1;
    // The audience's index follows the journal beside whatever is measured, on both servers.
    String unrecorded = asked.isPresent() ? MERCHANT : "";
    try (TestServer with = server(unrecorded).start();
        TestServer without = server(unrecorded).setting("analytics.enabled", "false").start()) {
      if (asked.isPresent()) {
        RoomyDatabase.of(with);
      }
      LivePlatform one = platform(with, TAGS);
      LivePlatform other = platform(without, "");
      for (int from = 0; from < viewers; from += CALL_SIZE) {
        List<Event> entries = entries(with, from, Math.min(viewers, from + CALL_SIZE));
        send(one, entries);
        send(other, entries);
      }
      List<Double> ratios = new ArrayList<>();
      Random random = new Random(14);
      for (int round = 0; round < rounds; round++) {
        with.clock().advance(ROUND);
        without.clock().advance(ROUND);
        List<Event> events = events(with, viewers, round, random);
        boolean isFirst = round % 2 == 0;
        double before = isFirst ? nanos(with, one, events) : 0;
        double bare = nanos(without, other, events);
        double counted = isFirst ? before : nanos(with, one, events);
        if (round >= WARM_UP_ROUNDS) {
          ratios.add(counted / bare);
        }
      }
      assertOnlyOneCounts(one, other);
      if (asked.isPresent()) {
        ratios.sort(null);
        double median = ratios.get(ratios.size() / 2);
        System.out.printf(
            "Tags and figures, %,d viewers: %.3f of what an event costs without them (%.3f to %.3f)%n",
            viewers, median, ratios.get(ratios.size() / 4), ratios.get(ratios.size() * 3 / 4));
        assertThat(median).isLessThan(MAX_RATIO);
      }
    }
  }

  /** What was not counted comes from the journal, once it is wanted. */
  private static void assertOnlyOneCounts(LivePlatform one, LivePlatform other) {
    RoomReport counted = report(one);
    assertThat(counted.getViewers()).isPositive();
    assertThat(counted.getTotals().getComments()).isPositive();
    assertThat(report(other).getTotals()).isEqualTo(RoomCounts.getDefaultInstance());
    if (counted.getViewers() <= FEW) {
      assertThat(FiguresAnew.run(other.as(Role.MERCHANT, "owner"), true).getMended()).isTrue();
      assertThat(report(other).getTotals()).isEqualTo(counted.getTotals());
    }
  }

  private static RoomReport report(LivePlatform platform) {
    return AnalyticsServiceGrpc.newBlockingStub(platform.channel())
        .getRoomReport(GetRoomReportRequest.newBuilder().setRoomId("room").build())
        .getReport();
  }

  private static TestServer.Builder server(String unrecorded) {
    return TestServer.builder()
        .clock(MutableClock.at("2026-03-02T08:00:00Z"))
        .setting("journal.except-merchants", unrecorded);
  }

  private static LivePlatform platform(TestServer server, String tags) {
    LivePlatform platform = new LivePlatform(server, MERCHANT);
    var unused = platform.apply("apply", LedgerTotals.program() + tags);
    return platform;
  }

  private static List<Event> entries(TestServer server, int from, int to) {
    List<Event> entries = new ArrayList<>();
    for (int viewer = from; viewer < to; viewer++) {
      entries.add(
          event(server, "enter-" + viewer, viewer)
              .setEntered(Entered.getDefaultInstance())
              .build());
    }
    return entries;
  }

  /** A round of an evening: some of the crowd do much, most of them little, and some are new. */
  private static List<Event> events(TestServer server, int viewers, int round, Random random) {
    List<Event> events = new ArrayList<>();
    int crowd = Math.min(viewers, CROWD);
    int first = round * crowd / 10;
    for (int i = 0; i < EVENTS; i++) {
      int viewer = (first + (int) (crowd * Math.pow(random.nextDouble(), 3))) % viewers;
      Event.Builder event = event(server, round + "-" + i, viewer);
      int kind = random.nextInt(100);
      if (kind < 40) {
        event.setLiked(Liked.newBuilder().setCount(1 + random.nextInt(10)));
      } else if (kind < 65) {
        event.setWatched(
            Watched.newBuilder()
                .setStartedAt(Timestamps.fromMillis(server.clock().millis() - WATCHED.toMillis()))
                .setEndedAt(event.getOccurredAt()));
      } else if (kind < 85) {
        event.setCommented(Commented.newBuilder().setText("x".repeat(1 + random.nextInt(30))));
      } else if (kind < 95) {
        event.setEntered(Entered.getDefaultInstance());
      } else if (kind < 98) {
        event.setClicked(Clicked.getDefaultInstance());
      } else {
        event.setOrdered(
            Ordered.newBuilder().setOrderId(round + "-" + i).setAmountMinor(random.nextInt(9_000)));
      }
      events.add(event.build());
    }
    return events;
  }

  private static Event.Builder event(TestServer server, String id, int viewer) {
    return Event.newBuilder()
        .setEventId(id)
        .setViewerId("v" + viewer)
        .setRoomId("room")
        .setBroadcastId("evening")
        .setOccurredAt(Timestamps.fromMillis(server.clock().millis()));
  }

  /**
   * The processor's time of this process and the database for a round of events, with that of
   * folding what they add to figures.
   */
  private double nanos(TestServer server, LivePlatform platform, List<Event> events) {
    long before = spentNanos();
    send(platform, events);
    server.instance(PendingFigures.class).bringUpToDate(MERCHANT);
    return spentNanos() - before;
  }

  private static void send(LivePlatform platform, List<Event> events) {
    EventServiceGrpc.EventServiceBlockingStub stub =
        EventServiceGrpc.newBlockingStub(platform.channel());
    for (int from = 0; from < events.size(); from += CALL_SIZE) {
      List<Event> part = events.subList(from, Math.min(events.size(), from + CALL_SIZE));
      assertThat(
              stub.ingestEvents(
                      IngestEventsRequest.newBuilder()
                          .setDetail(AnswerDetail.ANSWER_DETAIL_SUMMARY)
                          .addAllEvents(part)
                          .build())
                  .getAccepted())
          .isEqualTo(part.size());
    }
  }

  private long spentNanos() {
    return machine.getProcessCpuTime()
        + ProcessHandle.current()
            .descendants()
            .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
            .mapToLong(Duration::toNanos)
            .sum();
  }
}
