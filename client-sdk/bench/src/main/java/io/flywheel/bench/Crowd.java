package io.flywheel.bench;

import io.flywheel.bench.EventSender.Sent;
import io.flywheel.client.FlywheelClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BooleanSupplier;

/**
 * Viewers of a merchant who has the built-in program: they grow in number, and act in turns. Used
 * by one thread.
 */
final class Crowd {
  private static final Duration MAX_WAIT_FOR_FOLLOW_UPS = Duration.ofSeconds(60);

  private final TestBed bed;
  private final Plan plan;
  private final EventSender sender;
  private final Report report;
  private final List<FlywheelClient> clients;
  private Population population;
  private int runs;

  Crowd(TestBed bed, String merchant, Plan plan, EventSender sender, Report report)
      throws Exception {
    this.bed = bed;
    this.plan = plan;
    this.sender = sender;
    this.report = report;
    this.clients = bed.withProgram(merchant);
    this.population = new Population(merchant, 0);
  }

  /** Those who are there now. */
  Population population() {
    return population;
  }

  List<FlywheelClient> clients() {
    return clients;
  }

  /** Each new viewer likes once; those that were reached in time are the population. */
  void grow(int to) throws Exception {
    int from = population.size();
    Population all = new Population(population.merchant(), to);
    AtomicIntegerArray next = new AtomicIntegerArray(clients.size());
    long end = System.nanoTime() + plan.populateAtMost().toNanos();
    String prefix = "e" + runs++ + "-";
    Sent sent =
        sender.sendNew(
            clients,
            connection -> {
              EventMix mix = new EventMix(all, prefix + connection + "-", connection);
              next.set(connection, from + connection);
              return () -> {
                int viewer = next.get(connection);
                if (viewer >= to || System.nanoTime() > end) {
                  return null;
                }
                next.set(connection, viewer + clients.size());
                return mix.like(viewer);
              };
            });
    int reached = to;
    for (int i = 0; i < clients.size(); i++) {
      reached = Math.min(reached, next.get(i));
    }
    report.figure("viewers who are there now", reached, "viewers");
    report.figure("first like of each new viewer", sent.perSecond(), "events/s");
    settle();
    population = new Population(population.merchant(), reached);
  }

  /** Waits for what follows from the events that were sent. */
  void settle() throws Exception {
    long left = bed.awaitFollowUps(MAX_WAIT_FOR_FOLLOW_UPS);
    if (left > 0) {
      report.note(left + " follow-ups are still waiting, and run beside what follows");
    }
  }

  /** Sends events of viewers drawn from all, for so long, which nobody counts. */
  void warmUp(Duration duration) throws Exception {
    long end = System.nanoTime() + duration.toNanos();
    var unused = sendWhile(() -> System.nanoTime() < end);
  }

  private Sent sendWhile(BooleanSupplier condition) throws Exception {
    String prefix = "e" + runs++ + "-";
    return sender.sendNew(
        clients,
        connection -> {
          EventMix mix =
              new EventMix(population, prefix + connection + "-", runs * 31L + connection);
          return () ->
              condition.getAsBoolean() ? mix.next(mix.viewerOf(connection, clients.size())) : null;
        });
  }

  /** Sends events as long as the condition holds, and has the figures of all of them folded. */
  Turn turn(BooleanSupplier condition) throws Exception {
    Sent sent = sendWhile(condition);
    long answered = System.nanoTime();
    bed.bringFiguresUpToDate(population.merchant());
    return new Turn(sent, sent.seconds() + (System.nanoTime() - answered) / 1e9);
  }

  /**
   * What a turn was.
   *
   * @param seconds from the first event until the figures of all of them were folded
   */
  record Turn(Sent sent, double seconds) {}
}
