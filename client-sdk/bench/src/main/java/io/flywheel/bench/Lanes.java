package io.flywheel.bench;

import io.flywheel.bench.EventSender.Sent;
import io.flywheel.client.FlywheelClient;
import io.flywheel.v1.Event;
import io.flywheel.v1.GetTaskRequest;
import io.flywheel.v1.ProgramSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * One merchant's one hot room, in which everybody moves the same goal, by servers of one, two and
 * four lanes: how much of the lanes' time goes by while they wait for each other's rows. Each has a
 * database of its own. Used by one thread.
 */
final class Lanes {
  private static final List<Integer> COUNTS = List.of(1, 2, 4);

  /** Fewer than share a room, so that there is one. */
  private static final int VIEWERS = 2_000;

  private static final String MERCHANT = "bench-lanes";
  private static final String GOAL = "together";
  private static final double MOST_WAITED = 0.05;
  private static final Duration MAX_WAIT_FOR_GOAL = Duration.ofSeconds(60);

  /** Goals that are never reached, so that every event moves them, beside tasks of each viewer. */
  private static final String PROGRAM =
      """
      name: A hot room
      tasks:
      - {id: together, title: Likes of the room, trigger: like, goal: room, tiers: [{threshold: 1000000000000, rewards: [points: 1]}]}
      - {id: talk, title: Comments of the room, trigger: comment, goal: room, tiers: [{threshold: 1000000000000, rewards: [points: 1]}]}
      - {id: likes, title: Likes of today, trigger: like, window: day, tiers: [{threshold: 10, rewards: [points: 2]}, {threshold: 1000, rewards: [points: 5]}]}
      - {id: watch, title: Watch the show, trigger: watch, window: broadcast, tiers: [{threshold: 3m, rewards: [points: 5]}, {threshold: 15m, rewards: [points: 10]}]}
      """;

  private final TestBed.Settings settings;
  private final Plan plan;
  private final Report report;

  Lanes(TestBed.Settings settings, Plan plan, Report report) {
    this.settings = settings;
    this.plan = plan;
    this.report = report;
  }

  void run() throws Exception {
    for (int lanes : COUNTS) {
      report.part("a hot room, lanes: " + lanes);
      try (TestBed bed = new TestBed(settings.with("--engine.lanes=" + lanes))) {
        var unused = bed.start(List.of());
        measure(bed, lanes);
      }
    }
  }

  private void measure(TestBed bed, int lanes) throws Exception {
    List<FlywheelClient> clients =
        bed.withProgram(MERCHANT, ProgramSource.newBuilder().setDocument(PROGRAM).build());
    EventSender sender = new EventSender(report);
    LongAdder likes = new LongAdder();
    var unused = send(sender, clients, likes, plan.warmUp(), "w");
    CpuMeter cpu = CpuMeter.of(bed);
    double busyBefore = laneSeconds(bed);
    double waitedBefore = waitedSeconds(bed);
    cpu.begin();
    Sent sent = send(sender, clients, likes, plan.round().multipliedBy(plan.rounds()), "m");
    cpu.end();
    double busy = laneSeconds(bed) - busyBefore;
    double waited = (waitedSeconds(bed) - waitedBefore) / busy;
    report.figure("ingest", sent.perSecond(), "events/s");
    cpu.report(report, sent.events());
    report.figure("lanes that are busy", busy / sent.seconds(), "lanes");
    report.figure("share of their time spent waiting for rows", waited, "");
    if (lanes > 1) {
      report.atMost("lane time spent waiting for rows, lanes: " + lanes, waited, MOST_WAITED);
    }
    awaitGoal(clients.get(0), likes.sum());
  }

  /** Every like must come to be part of the room's goal, and none twice. */
  private void awaitGoal(FlywheelClient client, long likes) throws InterruptedException {
    long start = System.nanoTime();
    long count = goal(client);
    while (count < likes && System.nanoTime() - start < MAX_WAIT_FOR_GOAL.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(5);
      count = goal(client);
    }
    report.figure(
        "until the room has added all, after the last answer",
        (System.nanoTime() - start) / 1e6,
        "ms");
    if (count != likes) {
      report.violation("of %d likes the room's goal has %d".formatted(likes, count));
    }
  }

  private static long goal(FlywheelClient client) {
    Population room = new Population(MERCHANT, VIEWERS);
    return client
        .task()
        .getTask(
            GetTaskRequest.newBuilder()
                .setViewerId(room.viewerId(0))
                .setTaskId(GOAL)
                .setRoomId(room.roomId(0))
                .build())
        .getTask()
        .getCount();
  }

  private static Sent send(
      EventSender sender,
      List<FlywheelClient> clients,
      LongAdder likes,
      Duration duration,
      String prefix)
      throws Exception {
    long end = System.nanoTime() + duration.toNanos();
    Population room = new Population(MERCHANT, VIEWERS);
    return sender.sendNew(
        clients,
        connection -> {
          EventMix mix = new EventMix(room, prefix + connection + "-", 31L + connection);
          return () -> {
            if (System.nanoTime() >= end) {
              return null;
            }
            Event event = mix.next(mix.viewerOf(connection, clients.size()));
            if (event.hasLiked()) {
              likes.increment();
            }
            return event;
          };
        });
  }

  /** For how long lanes have been busy with batches. */
  private static double laneSeconds(TestBed bed) throws Exception {
    return bed.metric("flywheel_engine_batch_time_seconds_sum");
  }

  /** For how long transactions have waited for each other's rows. */
  private static double waitedSeconds(TestBed bed) throws Exception {
    return bed.database().status("Innodb_row_lock_time") / 1e3;
  }
}
