package io.flywheel.bench;

import io.flywheel.client.EventStream;
import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.AnswerDetail;
import io.flywheel.v1.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Sends events by one stream a connection, as fast as the service takes them, and keeps the books
 * of what it took. Used by one thread.
 */
final class EventSender {
  private static final int BATCH = 1_000;
  private static final int IN_FLIGHT = 4;
  private static final int SAMPLE = 2_000;

  private final Report report;
  private long acceptedInAll;

  EventSender(Report report) {
    this.report = report;
  }

  /** Where one connection's events come from. */
  @FunctionalInterface
  interface Source {
    /** The next event; null: there is none. */
    @Nullable Event next() throws Exception;
  }

  /**
   * What was sent.
   *
   * @param seconds from the first event to the last answer
   * @param sample the first events of each connection
   */
  record Sent(long events, double seconds, Tally tally, List<Event> sample) {
    double perSecond() {
      return events / seconds;
    }
  }

  /** How many events were taken in by everything that was sent so far. */
  long acceptedInAll() {
    return acceptedInAll;
  }

  /** Sends what the sources have; each event must be taken in once. */
  Sent sendNew(List<FlywheelClient> clients, IntFunction<Source> sources) throws Exception {
    Sent sent = send(clients, false, sources);
    if (sent.tally.accepted() != sent.events) {
      report.violation("of %d new events: %s".formatted(sent.events, sent.tally));
    }
    return sent;
  }

  /** Sends events that were taken in before; none may be taken in again. */
  void sendAgain(List<FlywheelClient> clients, List<Event> before) throws Exception {
    Sent sent =
        send(
            clients,
            false,
            connection -> {
              var own =
                  before.stream()
                      .filter(event ->
                          Math.floorMod(event.getViewerId().hashCode(), clients.size())
                              == connection)
                      .iterator();
              return () -> own.hasNext() ? own.next() : null;
            });
    if (sent.tally.duplicates() != before.size()) {
      report.violation("of %d repeated events: %s".formatted(before.size(), sent.tally));
    }
  }

  /** Sends recorded events, of any age and as they are; each must be answered for. */
  Sent sendRecorded(List<FlywheelClient> clients, IntFunction<Source> sources) throws Exception {
    Sent sent = send(clients, true, sources);
    Tally tally = sent.tally;
    if (tally.accepted() + tally.duplicates() + tally.rejected() != sent.events) {
      report.violation("of %d recorded events: %s".formatted(sent.events, tally));
    }
    return sent;
  }

  private Sent send(List<FlywheelClient> clients, boolean backfill, IntFunction<Source> sources)
      throws Exception {
    Tally tally = new Tally();
    List<Event> sample = new ArrayList<>();
    long start = System.nanoTime();
    long events =
        Parallel.run(
                clients.size(),
                connection ->
                    () -> {
                      try (EventStream stream = open(clients.get(connection), backfill, tally)) {
                        return feed(stream, sources.apply(connection), sample);
                      }
                    })
            .stream()
            .mapToLong(Long::longValue)
            .sum();
    acceptedInAll += tally.accepted();
    return new Sent(events, (System.nanoTime() - start) / 1e9, tally, List.copyOf(sample));
  }

  private static EventStream open(FlywheelClient client, boolean backfill, Tally tally) {
    return client
        .eventStream()
        .batchSize(BATCH)
        .maxInFlight(IN_FLIGHT)
        .backfill(backfill)
        .detail(AnswerDetail.ANSWER_DETAIL_SUMMARY)
        .onAnswer((batch, answer) -> tally.add(answer))
        .open();
  }

  private static long feed(EventStream stream, Source source, List<Event> sample) throws Exception {
    long sent = 0;
    for (Event event = source.next(); event != null; event = source.next()) {
      stream.send(event);
      if (sent++ < SAMPLE) {
        synchronized (sample) {
          sample.add(event);
        }
      }
    }
    stream.flush();
    return sent;
  }
}
