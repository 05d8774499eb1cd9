package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.flywheel.testing.TestServer;
import io.flywheel.traffic.LedgerTotals;
import io.flywheel.traffic.RecordedTraffic;
import io.flywheel.v1.AnswerDetail;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.IngestEventsRequest;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What the journal costs of the processor: the same recorded events go to a server with it and to
 * one without it, by turns, in as many rounds as {@code -Dflywheel.test.journal-rounds=40} says.
 * The median of the rounds' ratios bears a machine that does other things as well.
 */
@EnabledIfSystemProperty(named = "flywheel.test.journal-rounds", matches = "[0-9]+")
final class JournalCostTest {
  private static final int ROUNDS = Integer.getInteger("flywheel.test.journal-rounds", 0);
  private static final int WARM_UP_ROUNDS = 10;
  private static final int EVENTS = 6_000;
  private static final int REQUEST_EVENTS = 1_000;
  private static final double MAX_RATIO = 1.05;

  private final OperatingSystemMXBean machine =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  @Test
  void theJournalAddsLittleToWhatAnEventCosts() throws Exception {
    List<Event> recorded = new ArrayList<>();
    RecordedTraffic.read(RecordedTraffic.folder().orElseThrow(), "live-2018.csv.gz", recorded::add);
    List<Event> events = recorded.subList(0, EVENTS);
    List<Double> ratios = new ArrayList<>();
    try (TestServer with = TestServer.builder().start();
        TestServer without = TestServer.builder().setting("journal.enabled", "false").start()) {
      LivePlatform one = platform(with);
      LivePlatform other = platform(without);
      for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
        boolean isFirst = round % 2 == 0;
        double before = isFirst ? nanos(one, events, round) : 0;
        double bare = nanos(other, events, round);
        double journaled = isFirst ? before : nanos(one, events, round);
        if (round >= WARM_UP_ROUNDS) {
          ratios.add(journaled / bare);
        }
      }
    }
    ratios.sort(null);
    double median = ratios.get(ratios.size() / 2);
    System.out.printf("The journal: %.3f of what an event costs without it; %s%n", median, ratios);
    assertThat(median).isLessThan(MAX_RATIO);
  }

  private static LivePlatform platform(TestServer server) {
    LivePlatform platform = new LivePlatform(server, "m");
    platform.apply("apply", LedgerTotals.program());
    return platform;
  }

  /** The processor's time of this process and the databases for a round of events. */
  private double nanos(LivePlatform platform, List<Event> events, int round) {
    EventServiceGrpc.EventServiceBlockingStub stub =
        EventServiceGrpc.newBlockingStub(platform.channel());
    long before = spentNanos();
    for (int from = 0; from < events.size(); from += REQUEST_EVENTS) {
      IngestEventsRequest.Builder request =
          IngestEventsRequest.newBuilder()
              .setBackfill(true)
              .setDetail(AnswerDetail.ANSWER_DETAIL_SUMMARY);
      for (Event event : events.subList(from, from + REQUEST_EVENTS)) {
        request.addEvents(event.toBuilder().setEventId(round + "-" + event.getEventId()));
      }
      assertThat(stub.ingestEvents(request.build()).getAccepted()).isEqualTo(REQUEST_EVENTS);
    }
    return spentNanos() - before;
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
