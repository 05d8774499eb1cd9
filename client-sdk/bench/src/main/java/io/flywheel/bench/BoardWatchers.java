package io.flywheel.bench;

import io.flywheel.client.FlywheelClient;
import io.flywheel.client.FlywheelException;
import io.flywheel.client.Watch;
import io.flywheel.client.WatchListener;
import io.flywheel.v1.BoardPlace;
import io.flywheel.v1.GetRankRequest;
import io.flywheel.v1.LeaderboardServiceGrpc;
import io.flywheel.v1.WatchLeaderboardRequest;
import io.flywheel.v1.WatchLeaderboardResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Many viewers who watch one board, each on a stream that stays open and with the own rank in it:
 * what the streams take of the machine, and how long after the answer to an action all have seen
 * what it moved. Used by one thread.
 */
final class BoardWatchers {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int IDLE_SECONDS = 5;
  private static final Duration PATIENCE_FOR_A_CHANGE = Duration.ofSeconds(30);
  private static final int CHANGES = 40;

  /** Of varying length, so that changes come at any time between two frames. */
  private static final int SHORTEST_PAUSE_MILLIS = 300;

  private static final int LONGEST_PAUSE_MILLIS = 700;

  /** Server and gateway take 1,000 streams of a connection. */
  private static final int STREAMS_A_CONNECTION = 500;

  private static final double LONGEST_P99_MILLIS = 500;

  private final TestBed bed;
  private final Boards boards;
  private final int count;
  private final Optional<GatewayProcess.Script> gatewayScript;
  private final Report report;

  BoardWatchers(
      TestBed bed,
      Boards boards,
      int count,
      Optional<GatewayProcess.Script> gatewayScript,
      Report report) {
    this.bed = bed;
    this.boards = boards;
    this.count = count;
    this.gatewayScript = gatewayScript;
    this.report = report;
  }

  void run() throws Exception {
    report.part("%,d watchers of the board, straight at the server".formatted(count));
    Map<String, ProcessHandle> processes = new LinkedHashMap<>();
    processes.put("server", bed.server());
    processes.put("benchmark", ProcessHandle.current());
    measure("watchers", bed.serverPort(), processes);
    if (gatewayScript.isEmpty()) {
      report.missing(
          "%,d watchers through the gateway: %s".formatted(count, GatewayProcess.WITHOUT_ENVOY));
      return;
    }
    report.part("%,d watchers of the board, through the gateway".formatted(count));
    try (GatewayProcess gateway = bed.startGateway(gatewayScript.get())) {
      processes.put("gateway", gateway.envoy());
      measure("watchers through the gateway", gateway.port(), processes);
    }
  }

  private void measure(String name, int port, Map<String, ProcessHandle> processes)
      throws Exception {
    List<FlywheelClient> clients =
        bed.clientsThrough(
            port,
            boards.population().merchant(),
            (count + STREAMS_A_CONNECTION - 1) / STREAMS_A_CONNECTION);
    try {
      measure(name, clients, processes);
    } finally {
      clients.forEach(FlywheelClient::close);
    }
  }

  private void measure(
      String name, List<FlywheelClient> clients, Map<String, ProcessHandle> processes)
      throws Exception {
    Map<String, Double> before = residentMib(processes);
    Change opened = new Change("", 0, count);
    Queue<String> breaks = new ConcurrentLinkedQueue<>();
    List<Watcher> watchers = new ArrayList<>();
    List<Watch<WatchLeaderboardResponse>> watches = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        Watcher watcher = new Watcher(breaks);
        watcher.await(opened);
        watchers.add(watcher);
        watches.add(
            clients
                .get(i % clients.size())
                .withTokens(tokenOf(i))
                .watch(
                    LeaderboardServiceGrpc.getWatchLeaderboardMethod(),
                    WatchLeaderboardRequest.newBuilder().setBoardId(boards.id()).build(),
                    watcher));
      }
      opened.awaitAll(PATIENCE);
      residentMib(processes)
          .forEach((process, mib) ->
              report.figure(
                  process + " RSS, more for the streams",
                  mib - before.getOrDefault(process, mib),
                  "MiB"));
      Map<String, Duration> used = cpu(processes);
      TimeUnit.SECONDS.sleep(IDLE_SECONDS);
      reportCpu(processes, used, IDLE_SECONDS, "while nothing moves");
      move(name, watchers, processes);
    } finally {
      watches.forEach(Watch::close);
    }
    if (!breaks.isEmpty()) {
      report.note("%d streams broke off: %s".formatted(breaks.size(), Set.copyOf(breaks)));
    }
  }

  private Supplier<String> tokenOf(int watcher) throws IOException {
    Population population = boards.population();
    String token =
        Tokens.viewer(
            bed.secret(), population.merchant(), population.viewerId(watcher % population.size()));
    return () -> token;
  }

  /** The first one gains a point, one after the other, which all watchers have to see. */
  private void move(String name, List<Watcher> watchers, Map<String, ProcessHandle> processes)
      throws Exception {
    FlywheelClient client = bed.clients(boards.population().merchant()).get(0);
    int member = boards.population().size() - 1;
    String viewerId = boards.population().viewerId(member);
    long score = scoreOf(client, viewerId);
    Latencies seen = new Latencies();
    SplittableRandom random = new SplittableRandom(11);
    Map<String, Duration> used = cpu(processes);
    long start = System.nanoTime();
    for (int i = 0; i < CHANGES; i++) {
      Change change = new Change(viewerId, ++score, watchers.size());
      watchers.forEach(watcher -> watcher.await(change));
      boards.like(client, member);
      long answered = System.nanoTime();
      change.awaitAll(PATIENCE_FOR_A_CHANGE);
      change.seenNanos().forEach(at -> seen.record(Math.max(0, at - answered), false));
      TimeUnit.MILLISECONDS.sleep(random.nextInt(SHORTEST_PAUSE_MILLIS, LONGEST_PAUSE_MILLIS + 1));
    }
    reportCpu(processes, used, (System.nanoTime() - start) / 1e9, "while the board moves");
    seen.report(report, "a change on a stream, after the answer");
    report.atMost(
        name + ", ms from the answer to the change, p99", seen.millis(99), LONGEST_P99_MILLIS);
    residentMib(processes).forEach((process, mib) -> report.figure(process + " RSS", mib, "MiB"));
  }

  private long scoreOf(FlywheelClient client, String viewerId) {
    return client
        .leaderboard()
        .getRank(GetRankRequest.newBuilder().setBoardId(boards.id()).setViewerId(viewerId).build())
        .getPlace()
        .getScore();
  }

  private void reportCpu(
      Map<String, ProcessHandle> processes,
      Map<String, Duration> before,
      double seconds,
      String when) {
    cpu(processes)
        .forEach((name, now) ->
            report.figure(
                "%s CPU %s".formatted(name, when),
                now.minus(before.getOrDefault(name, now)).toMillis() / (seconds * 1e3),
                "processors"));
  }

  private static Map<String, Duration> cpu(Map<String, ProcessHandle> processes) {
    Map<String, Duration> used = new LinkedHashMap<>();
    processes.forEach((name, process) -> used.put(name, Usage.cpu(process)));
    return used;
  }

  private static Map<String, Double> residentMib(Map<String, ProcessHandle> processes) {
    Map<String, Double> resident = new LinkedHashMap<>();
    processes.forEach(
        (name, process) -> Usage.residentMib(process).ifPresent(mib -> resident.put(name, mib)));
    return resident;
  }

  /** A score that all watchers have to see; an empty id: anything. Thread-safe. */
  private static final class Change {
    private final String viewerId;
    private final long score;
    private final CountDownLatch missing;
    private final Queue<Long> seen = new ConcurrentLinkedQueue<>();

    Change(String viewerId, long score, int watchers) {
      this.viewerId = viewerId;
      this.score = score;
      this.missing = new CountDownLatch(watchers);
    }

    boolean isIn(WatchLeaderboardResponse update) {
      return viewerId.isEmpty() || update.getPlacesList().stream().anyMatch(this::isOf);
    }

    private boolean isOf(BoardPlace place) {
      return place.getViewerId().equals(viewerId) && place.getScore() >= score;
    }

    void see() {
      seen.add(System.nanoTime());
      missing.countDown();
    }

    void awaitAll(Duration patience) throws IOException, InterruptedException {
      if (!missing.await(patience.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(missing.getCount() + " watchers have not seen a change");
      }
    }

    List<Long> seenNanos() {
      return List.copyOf(seen);
    }
  }

  /** One stream. Thread-safe. */
  private static final class Watcher implements WatchListener<WatchLeaderboardResponse> {
    private final Queue<String> breaks;
    private final Set<Change> awaited = ConcurrentHashMap.newKeySet();

    Watcher(Queue<String> breaks) {
      this.breaks = breaks;
    }

    void await(Change change) {
      awaited.add(change);
    }

    @Override
    public void onUpdate(WatchLeaderboardResponse update) {
      for (Change change : List.copyOf(awaited)) {
        if (change.isIn(update) && awaited.remove(change)) {
          change.see();
        }
      }
    }

    @Override
    public void onBreak(FlywheelException failure) {
      breaks.add(String.valueOf(failure.getMessage()));
    }

    @Override
    public void onFailure(FlywheelException failure) {
      breaks.add("for good: " + failure.getMessage());
    }
  }
}
