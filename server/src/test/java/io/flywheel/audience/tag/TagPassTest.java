package io.flywheel.audience.tag;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.RoomyDatabase;
import io.flywheel.testing.TestMerchant;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AnswerDetail;
import io.flywheel.v1.AudienceServiceGrpc;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.EventServiceGrpc.EventServiceBlockingStub;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.Liked;
import io.flywheel.v1.SummarizeAudienceRequest;
import io.flywheel.v1.TagCount;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Sixty days of a merchant's audience: viewers come daily, now and then, or stop, and every day the
 * counts of all tags are what a recount from the days alone says.
 *
 * <p>{@code FLYWHEEL_PASS_VIEWERS=1000000} takes as many. On the days on which time moves most of
 * them at once, it prints how long that takes and how long events wait before and meanwhile, and
 * holds both to their bounds.
 */
final class TagPassTest {
  private static final int FEW = 200;
  private static final int DAYS = 60;
  private static final int CALL_SIZE = 1_000;

  /** Those who came on the first day are newcomers no more, and who did not come again is gone. */
  private static final List<Integer> MASS_DAYS = List.of(7, 14);

  private static final Duration LONGEST_PASS = Duration.ofMinutes(15);
  private static final Duration LONGEST_DAY = Duration.ofMinutes(20);
  private static final Duration BEFORE = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** What an event may wait longer while a pass is under way: the middle one, and one of 100. */
  private static final double MOST_TIMES_LONGER = 4;

  private static final long MOST_NANOS_LATE = 250_000_000;

  private static final String PROGRAM =
      """
      name: pass
      tags:
        - {id: at-risk, title: 流失预警, condition: viewer.days_since_seen >= 14, group: stage}
        - {id: newcomer, title: 新人, condition: viewer.days_known < 7, group: stage}
        - {id: core-fan, title: 铁粉, condition: viewer.active_days_7 >= 6, group: stage}
        - {id: potential, title: 潜力, condition: viewer.active_days_30 >= 2, group: stage}
      """;

  /** The days of each viewer, a bit each. */
  private long[] days = {};

  @Test
  @Timeout(7_200)
  void onEveryDayTheCountsOfTagsAreThoseOfARecount() throws Exception {
    Optional<Integer> asked =
        Optional.ofNullable(System.getenv("FLYWHEEL_PASS_VIEWERS")).map(Integer::parseInt);
    days = comings(asked.orElse(FEW));
    try (TestServer server = TestServer.start()) {
      if (asked.isPresent()) {
        RoomyDatabase.of(server);
      }
      TestMerchant merchant = new TestMerchant(server, "pass", PROGRAM);
      EventServiceBlockingStub events =
          EventServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"));
      Instant first = server.clock().instant();
      for (int day = 0; day < DAYS; day++) {
        Instant now = first.plus(Duration.ofDays(day));
        if (asked.isPresent() && MASS_DAYS.contains(day)) {
          measurePass(server, merchant, events, now, day);
        }
        server.clock().set(now);
        send(server, events, day);
        if (asked.isEmpty()) {
          merchant.settle();
          assertThat(counts(merchant)).as("day %s", day).isEqualTo(recount(day, day));
        } else {
          awaitCounts(merchant, recount(day, day), LONGEST_DAY, day);
        }
      }
    }
  }

  /** The first viewer comes every day, the others as chance has it, always the same. */
  private static long[] comings(int viewers) {
    long[] days = new long[viewers];
    Random random = new Random(60);
    for (int viewer = 0; viewer < viewers; viewer++) {
      int came = random.nextInt(10) < 7 ? 0 : random.nextInt(DAYS - 10);
      int stops = came + random.nextInt(DAYS);
      double often = random.nextInt(100) == 0 ? 0.97 : 0.025;
      days[viewer] = viewer == 0 ? (1L << DAYS) - 1 : 1L << came;
      for (int day = came + 1; day < Math.min(stops, DAYS); day++) {
        days[viewer] |= random.nextDouble() < often ? 1L << day : 0;
      }
    }
    return days;
  }

  /** How many have each tag on a day, by the days alone on which they came until another one. */
  private Map<String, Long> recount(int day, int cameUntil) {
    Map<String, Long> counts = new TreeMap<>();
    List.of("at-risk", "newcomer", "core-fan", "potential").forEach(tag -> counts.put(tag, 0L));
    for (long all : days) {
      long came = all & ((2L << cameUntil) - 1);
      if (came != 0) {
        stage(came, day).ifPresent(tag -> counts.merge(tag, 1L, Long::sum));
      }
    }
    return counts;
  }

  private static Optional<String> stage(long came, int day) {
    int ago = day - (63 - Long.numberOfLeadingZeros(came));
    int known = day - Long.numberOfTrailingZeros(came);
    if (ago >= 14) {
      return Optional.of("at-risk");
    } else if (known < 7) {
      return Optional.of("newcomer");
    } else if (within(came, day, 7) >= 6) {
      return Optional.of("core-fan");
    }
    return within(came, day, 30) >= 2 ? Optional.of("potential") : Optional.empty();
  }

  private static int within(long came, int day, int latest) {
    int before = Math.max(0, day + 1 - latest);
    return Long.bitCount(came >>> before << before);
  }

  /** Lets a day begin on which nobody has come yet, while single events are told. */
  private void measurePass(
      TestServer server,
      TestMerchant merchant,
      EventServiceBlockingStub events,
      Instant now,
      int day)
      throws InterruptedException {
    List<Long> before = latencies(server, events, BEFORE);
    server.clock().set(now);
    AtomicBoolean done = new AtomicBoolean();
    List<Long> meanwhile = Collections.synchronizedList(new ArrayList<>());
    Thread probe =
        Thread.ofVirtual()
            .start(() -> {
              while (!done.get()) {
                meanwhile.addAll(latencies(server, events, Duration.ofMillis(200)));
              }
            });
    long began = System.nanoTime();
    try {
      // The first viewer, whose events are measured, is a core fan with or without them.
      awaitCounts(merchant, recount(day, day - 1), LONGEST_PASS, day);
    } finally {
      done.set(true);
      probe.join();
    }
    System.out.printf(
        "day %d: the tags of %,d viewers moved in %.0f s; an event waited %s before and %s meanwhile%n",
        day, days.length, (System.nanoTime() - began) / 1e9, told(before), told(meanwhile));
    assertThat(quantile(meanwhile, 0.5))
        .as("half of all events meanwhile")
        .isLessThan((long) (MOST_TIMES_LONGER * quantile(before, 0.5)));
    assertThat(quantile(meanwhile, 0.99))
        .as("99 of 100 events meanwhile")
        .isLessThan(quantile(before, 0.99) + MOST_NANOS_LATE);
  }

  private static void awaitCounts(
      TestMerchant merchant, Map<String, Long> expected, Duration longest, int day)
      throws InterruptedException {
    long until = System.nanoTime() + longest.toNanos();
    Map<String, Long> counts = counts(merchant);
    while (!counts.equals(expected) && System.nanoTime() < until) {
      Thread.sleep(LOOK_EVERY);
      counts = counts(merchant);
    }
    assertThat(counts).as("day %s", day).isEqualTo(expected);
  }

  /** How long single events wait, one after the other, each of the viewer who comes every day. */
  private static List<Long> latencies(
      TestServer server, EventServiceBlockingStub events, Duration time) {
    List<Long> nanos = new ArrayList<>();
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      long began = System.nanoTime();
      send(server, events, List.of(0));
      nanos.add(System.nanoTime() - began);
    }
    return nanos;
  }

  private static long quantile(List<Long> nanos, double share) {
    List<Long> sorted = nanos.stream().sorted().toList();
    return sorted.get((int) ((sorted.size() - 1) * share));
  }

  private static String told(List<Long> nanos) {
    return "p50 %.1f ms, p99 %.1f ms (%d)"
        .formatted(quantile(nanos, 0.5) / 1e6, quantile(nanos, 0.99) / 1e6, nanos.size());
  }

  private static Map<String, Long> counts(TestMerchant merchant) {
    Map<String, Long> counts = new TreeMap<>();
    for (TagCount tag :
        AudienceServiceGrpc.newBlockingStub(merchant.as(Role.HOST, "host"))
            .summarizeAudience(SummarizeAudienceRequest.getDefaultInstance())
            .getTagsList()) {
      counts.put(tag.getTagId(), tag.getViewers());
    }
    return counts;
  }

  /** Everybody who comes on a day does something. */
  private void send(TestServer server, EventServiceBlockingStub events, int day) {
    List<Integer> part = new ArrayList<>();
    for (int viewer = 0; viewer < days.length; viewer++) {
      if ((days[viewer] >>> day & 1) == 1) {
        part.add(viewer);
      }
      if (part.size() == CALL_SIZE || (viewer == days.length - 1 && !part.isEmpty())) {
        send(server, events, part);
        part.clear();
      }
    }
  }

  private static void send(
      TestServer server, EventServiceBlockingStub events, List<Integer> viewers) {
    IngestEventsRequest.Builder request =
        IngestEventsRequest.newBuilder().setDetail(AnswerDetail.ANSWER_DETAIL_SUMMARY);
    long now = server.clock().millis();
    for (int viewer : viewers) {
      request.addEvents(
          Event.newBuilder()
              .setEventId("e" + System.nanoTime() + "-" + viewer)
              .setViewerId("v" + viewer)
              .setRoomId("room")
              .setBroadcastId("b1")
              .setOccurredAt(Timestamps.fromMillis(now))
              .setLiked(Liked.getDefaultInstance()));
    }
    assertThat(events.ingestEvents(request.build()).getAccepted()).isEqualTo(viewers.size());
  }
}
