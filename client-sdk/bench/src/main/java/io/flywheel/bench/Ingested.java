package io.flywheel.bench;

import io.flywheel.bench.EventSender.Sent;
import io.flywheel.client.FlywheelClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Events of one merchant's viewers, and what they took. Used by one thread. */
final class Ingested {
  private static final int WARM_UPS = 4;
  private static final int TURNS = 6;
  private static final Duration SHARED_FOR = Duration.ofSeconds(11);

  private final EventSender sender;
  private final List<FlywheelClient> clients;
  private final Population viewers;
  private final TestBed bed;
  private CpuMeter cpu;
  private long events;
  private double seconds;
  private int runs;

  /**
   * Nothing was sent yet.
   *
   * @param merchant whose program is in force
   * @param count of the viewers among whom each event's is drawn evenly
   */
  Ingested(TestBed bed, String merchant, int count, EventSender sender) throws IOException {
    this.bed = bed;
    this.sender = sender;
    this.clients = bed.clients(merchant);
    this.viewers = new Population(merchant, count);
    this.cpu = CpuMeter.of(bed);
  }

  /**
   * Sends the events of several merchants of one server in turns, since machines drift; each comes
   * first as often as the others. What is sent at first does not count: the JVM compiles for more
   * than a minute, and for ten seconds after another merchant's turn the lanes make short batches,
   * as they do for several merchants at a time.
   */
  static void compare(List<Ingested> all, Plan plan) throws Exception {
    for (Ingested each : all) {
      each.send(plan.warmUp().multipliedBy(WARM_UPS).dividedBy(all.size()));
    }
    for (Ingested each : all) {
      each.forget();
    }
    for (int i = 0; i < TURNS; i++) {
      for (int j = 0; j < all.size(); j++) {
        Ingested next = all.get((i + j) % all.size());
        next.sendUncounted(SHARED_FOR);
        next.send(plan.round());
      }
    }
  }

  /** Sends events, as fast as they are taken, for so long. */
  private void send(Duration duration) throws Exception {
    bed.bringFiguresUpToDate(viewers.merchant());
    cpu.begin();
    Sent sent = sendUncounted(duration);
    long answered = System.nanoTime();
    bed.bringFiguresUpToDate(viewers.merchant());
    seconds += sent.seconds() + (System.nanoTime() - answered) / 1e9;
    cpu.end();
    events += sent.events();
  }

  private Sent sendUncounted(Duration duration) throws Exception {
    String prefix = "b" + runs++ + "-";
    long end = System.nanoTime() + duration.toNanos();
    return sender.sendNew(
        clients,
        connection -> {
          EventMix mix = new EventMix(viewers, prefix + connection + "-", runs * 31L + connection);
          return () ->
              System.nanoTime() < end ? mix.next(mix.viewerOf(connection, clients.size())) : null;
        });
  }

  /** What was sent so far was a warm-up. */
  private void forget() throws IOException {
    cpu = CpuMeter.of(bed);
    events = 0;
    seconds = 0;
  }

  double perSecond() {
    return events / seconds;
  }

  /** What server, database and benchmark used for an event. */
  double microsPerEvent() {
    return cpu.microsPerEvent(events);
  }

  /** What some of the processes used for an event. */
  double microsPerEvent(String... names) {
    return cpu.microsPerEvent(events, names);
  }
}
