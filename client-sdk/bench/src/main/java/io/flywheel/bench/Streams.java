package io.flywheel.bench;

import io.flywheel.client.FlywheelClient;
import io.flywheel.client.Watch;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.WatchViewerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Many viewers who watch their standing, each on a stream that stays open: what the streams take of
 * the machine, and how long after the answer to a call its reward is seen.
 */
final class Streams {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int IDLE_SECONDS = 5;
  private static final double ARRIVAL_MILLIS = 200;

  private final TestBed bed;
  private final int count;
  private final Optional<GatewayProcess.Script> gatewayScript;
  private final Report report;
  private long answered;

  Streams(TestBed bed, int count, Optional<GatewayProcess.Script> gatewayScript, Report report) {
    this.bed = bed;
    this.count = count;
    this.gatewayScript = gatewayScript;
    this.report = report;
  }

  void run() throws Exception {
    report.part(count + " streams, straight to the server");
    measure("streams", bed.withProgram("streams"), Map.of("server", bed.server()));
    if (gatewayScript.isEmpty()) {
      report.missing(count + " streams through the gateway: " + GatewayProcess.WITHOUT_ENVOY);
      return;
    }
    report.part(count + " streams, through the gateway");
    bed.withProgram("streams-gateway");
    try (GatewayProcess gateway = bed.startGateway(gatewayScript.get())) {
      List<FlywheelClient> clients = bed.clientsThrough(gateway.port(), "streams-gateway");
      try {
        measure(
            "streams through the gateway",
            clients,
            Map.of("server", bed.server(), "gateway", gateway.envoy()));
      } finally {
        clients.forEach(FlywheelClient::close);
      }
    }
  }

  /** How many calls were answered, each of which left a row behind. */
  long answered() {
    return answered;
  }

  private void measure(
      String name, List<FlywheelClient> clients, Map<String, ProcessHandle> processes)
      throws Exception {
    Map<String, Double> residentBefore = residentMib(processes);
    CountDownLatch snapshots = new CountDownLatch(count);
    Queue<String> breaks = new ConcurrentLinkedQueue<>();
    List<CompletableFuture<Long>> arrivals = new ArrayList<>();
    List<Watch<WatchViewerResponse>> watches = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        CompletableFuture<Long> arrival = new CompletableFuture<>();
        arrivals.add(arrival);
        watches.add(
            clients
                .get(i % clients.size())
                .watchViewer(
                    viewer(i),
                    update -> {
                      if (update.hasChange()) {
                        arrival.complete(System.nanoTime());
                      } else {
                        snapshots.countDown();
                      }
                    },
                    failure -> breaks.add(failure.getMessage())));
      }
      if (!snapshots.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(snapshots.getCount() + " streams of " + count + " did not open");
      }
      residentMib(processes)
          .forEach((process, mib) ->
              report.figure(
                  process + " RSS, more for the streams",
                  mib - residentBefore.getOrDefault(process, mib),
                  "MiB"));
      idle(processes);
      reward(name, clients.get(0), arrivals);
      residentMib(processes).forEach((process, mib) -> report.figure(process + " RSS", mib, "MiB"));
    } finally {
      watches.forEach(Watch::close);
    }
    if (!breaks.isEmpty()) {
      report.note(
          "%d streams of %d broke off and were opened again: %s"
              .formatted(breaks.size(), count, Set.copyOf(breaks)));
    }
  }

  private void idle(Map<String, ProcessHandle> processes) throws InterruptedException {
    Map<String, Duration> before = new HashMap<>();
    processes.forEach((name, process) -> before.put(name, Usage.cpu(process)));
    TimeUnit.SECONDS.sleep(IDLE_SECONDS);
    processes.forEach((name, process) ->
        report.figure(
            name + " CPU while nothing happens",
            Usage.cpu(process).minus(before.getOrDefault(name, Duration.ZERO)).toMillis()
                / (IDLE_SECONDS * 1e3),
            "processors"));
  }

  /** One call after the other gives each viewer a point, which the viewer's stream has to tell. */
  private void reward(String name, FlywheelClient client, List<CompletableFuture<Long>> arrivals)
      throws Exception {
    Latencies calls = new Latencies();
    Latencies afterAnswer = new Latencies();
    for (int i = 0; i < count; i++) {
      long begun = System.nanoTime();
      var unused =
          client
              .points()
              .adjustPoints(
                  AdjustPointsRequest.newBuilder()
                      .setViewerId(viewer(i))
                      .setAmount(1)
                      .setReason("benchmark")
                      .build());
      long end = System.nanoTime();
      answered++;
      calls.record(end - begun, false);
      // The stream may be faster than the answer.
      long arrived = arrivals.get(i).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      afterAnswer.record(Math.max(0, arrived - end), false);
    }
    calls.report(report, "AdjustPoints");
    afterAnswer.report(report, "reward on the stream, after the answer");
    report.atMost(
        name + ", ms from the answer to the reward, p50", afterAnswer.millis(50), ARRIVAL_MILLIS);
  }

  private static Map<String, Double> residentMib(Map<String, ProcessHandle> processes) {
    Map<String, Double> resident = new HashMap<>();
    processes.forEach(
        (name, process) -> Usage.residentMib(process).ifPresent(mib -> resident.put(name, mib)));
    return resident;
  }

  private static String viewer(int number) {
    return "watched-" + number;
  }
}
