package io.flywheel.bench;

import io.flywheel.bench.EventSender.Sent;
import io.flywheel.client.FlywheelClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Events of one merchant's viewers, and what they took. Used by one thread. */
final class Ingested {
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

  /** Sends events, as fast as they are taken, for so long. */
  void send(Duration duration) throws Exception {
    String prefix = "b" + runs++ + "-";
    long end = System.nanoTime() + duration.toNanos();
    cpu.begin();
    Sent sent =
        sender.sendNew(
            clients,
            connection -> {
              EventMix mix =
                  new EventMix(viewers, prefix + connection + "-", runs * 31L + connection);
              return () ->
                  System.nanoTime() < end
                      ? mix.next(mix.viewerOf(connection, clients.size()))
                      : null;
            });
    cpu.end();
    events += sent.events();
    seconds += sent.seconds();
  }

  /** What was sent so far was a warm-up. */
  void forget() throws IOException {
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
