package io.flywheel.audience.tag;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.auth.Role;
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
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * The day on which time moves everybody's tags at once. {@code FLYWHEEL_PASS_VIEWERS=1000000} moves
 * as many, and prints how long that takes and how long events wait before and meanwhile.
 */
final class TagPassTest {
  private static final int FEW = 400;
  private static final int CALL_SIZE = 1_000;
  private static final Duration LONGEST = Duration.ofMinutes(40);
  private static final Duration BEFORE = Duration.ofSeconds(10);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final String PROGRAM =
      """
      name: pass
      tags:
        - {id: gone, title: 流失, condition: viewer.days_since_seen >= 14, group: stage}
        - {id: newcomer, title: 新人, condition: viewer.days_known < 7, group: stage}
        - {id: seen, title: 来过, condition: viewer.days_known >= 7, group: stage}
      """;

  @Test
  void whomTimeMovesIsWhomARecountMoves() throws Exception {
    boolean isAsked = System.getenv("FLYWHEEL_PASS_VIEWERS") != null;
    int viewers =
        Optional.ofNullable(System.getenv("FLYWHEEL_PASS_VIEWERS"))
            .map(Integer::parseInt)
            .orElse(FEW);
    try (TestServer server = TestServer.start()) {
      TestMerchant merchant = new TestMerchant(server, "pass", PROGRAM);
      EventServiceBlockingStub events =
          EventServiceGrpc.newBlockingStub(merchant.as(Role.PLATFORM, "platform"));
      Instant start = server.clock().instant();
      for (int from = 0; from < viewers; from += CALL_SIZE) {
        send(events, server, from, Math.min(viewers, from + CALL_SIZE));
      }
      assertThat(counts(merchant)).containsEntry("newcomer", (long) viewers);
      List<Long> before = isAsked ? latencies(events, server, BEFORE) : List.of();
      server.clock().set(start.plus(Duration.ofDays(8)));
      AtomicBoolean done = new AtomicBoolean();
      List<Long> meanwhile = Collections.synchronizedList(new ArrayList<>());
      Thread probe =
          Thread.ofVirtual()
              .start(() -> {
                while (isAsked && !done.get()) {
                  meanwhile.addAll(latencies(events, server, Duration.ofSeconds(1)));
                }
              });
      long began = System.nanoTime();
      if (!isAsked) {
        merchant.settle();
      }
      while (isAsked && counts(merchant).getOrDefault("seen", 0L) < viewers) {
        assertThat(System.nanoTime() - began).isLessThan(LONGEST.toNanos());
        assertThat(probe.join(LOOK_EVERY)).as("the probe has failed").isFalse();
      }
      long nanos = System.nanoTime() - began;
      done.set(true);
      probe.join();
      assertThat(counts(merchant))
          .containsEntry("newcomer", 0L)
          .containsEntry("seen", (long) viewers)
          .containsEntry("gone", 0L);
      if (isAsked) {
        System.out.printf(
            "%,d viewers' tags moved in %.0f s; an event waited %s before and %s meanwhile%n",
            viewers, nanos / 1e9, told(before), told(meanwhile));
      }
    }
  }

  /** How long single events wait, one after the other, each of a viewer whose tags stay. */
  private static List<Long> latencies(
      EventServiceBlockingStub events, TestServer server, Duration time) {
    List<Long> nanos = new ArrayList<>();
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      long began = System.nanoTime();
      send(events, server, 0, 1);
      nanos.add(System.nanoTime() - began);
    }
    return nanos;
  }

  private static String told(List<Long> nanos) {
    List<Long> sorted = nanos.stream().sorted().toList();
    return "p50 %.1f ms, p99 %.1f ms (%d)"
        .formatted(
            sorted.get(sorted.size() / 2) / 1e6,
            sorted.get((int) (sorted.size() * 0.99)) / 1e6,
            sorted.size());
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

  private static void send(EventServiceBlockingStub events, TestServer server, int from, int to) {
    IngestEventsRequest.Builder request =
        IngestEventsRequest.newBuilder().setDetail(AnswerDetail.ANSWER_DETAIL_SUMMARY);
    long now = server.clock().millis();
    for (int viewer = from; viewer < to; viewer++) {
      request.addEvents(
          Event.newBuilder()
              .setEventId("e" + System.nanoTime() + "-" + viewer)
              .setViewerId("v" + viewer)
              .setRoomId("room")
              .setBroadcastId("b1")
              .setOccurredAt(Timestamps.fromMillis(now))
              .setLiked(Liked.getDefaultInstance()));
    }
    assertThat(events.ingestEvents(request.build()).getAccepted()).isEqualTo(to - from);
  }
}
