package io.flywheel.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import io.flywheel.client.FlywheelClient;
import io.flywheel.client.FlywheelException;
import io.flywheel.client.Ids;
import io.flywheel.v1.BoardPeriod;
import io.flywheel.v1.Event;
import io.flywheel.v1.GetLeaderboardRequest;
import io.flywheel.v1.GetProgramRequest;
import io.flywheel.v1.GetRankRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.Leaderboard;
import io.flywheel.v1.LeaderboardServiceGrpc;
import io.flywheel.v1.Liked;
import io.flywheel.v1.Metric;
import io.flywheel.v1.Program;
import io.flywheel.v1.ProgramSource;
import io.flywheel.v1.Text;
import io.flywheel.v1.Trigger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/**
 * A board of many members: how long its ranks take to be read, what they take in memory, how many
 * calls for them are answered beside a call that is let in and answers as many bytes, and what the
 * board costs the events that move it. Used by one thread.
 */
final class Boards {
  private static final int CALLERS = 64;
  private static final int ROUNDS = 3;
  private static final int VISIBLE = 500;
  private static final int INGEST_VIEWERS = 20_000;
  private static final Duration LONGEST_READING = Duration.ofMinutes(2);
  private static final String MERCHANT = "bench-boards";
  private static final String WITHOUT = "bench-boardless";
  private static final String BOARD = "most-likes-of-all";

  /** As the README says: what a server has anyway, and for members with their names. */
  private static final int HEAP_MIB = 512;

  private static final int MEMBERS_IN_A_MIB = 2_500;

  private static final double LEAST_OF_ANSWER = 0.8;
  private static final double LONGEST_P99_MILLIS = 20;
  private static final double MOST_OF_INGEST = 1.1;
  private static final double LEAST_OF_INGEST = 0.9;

  private final TestBed bed;
  private final Population population;
  private final Plan plan;
  private final EventSender sender;
  private final Report report;
  private final Map<Kind, Double> rates = new EnumMap<>(Kind.class);
  private long answered;

  /** What is asked of the board. */
  enum Kind {
    TOP("top 100"),
    RANK("a rank"),
    AROUND("a rank with 10 on each side");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  Boards(TestBed bed, int members, Plan plan, EventSender sender, Report report) {
    this.bed = bed;
    this.population = new Population(MERCHANT, members);
    this.plan = plan;
    this.sender = sender;
    this.report = report;
  }

  /** How many calls took effect. */
  long answered() {
    return answered;
  }

  /** The viewers who are on the board. */
  Population population() {
    return population;
  }

  /** How many calls of a kind were answered a second at the peak. */
  double rate(Kind kind) {
    return rates.getOrDefault(kind, Double.NaN);
  }

  /** The board's id. */
  String id() {
    return BOARD;
  }

  void run() throws Exception {
    report.part("a board of %,d members".formatted(population.size()));
    Program boardless = boardless();
    bed.withProgram(MERCHANT, source(boardless.toBuilder().addLeaderboards(board()).build()));
    bed.withProgram(WITHOUT, source(boardless));
    BoardRows.write(bed.database(), population, BOARD);
    BoardRows.writeViewers(bed.database(), new Population(WITHOUT, population.size()));
    bed.restart("-Xmx%dm".formatted(HEAP_MIB + population.size() / MEMBERS_IN_A_MIB));
    long before = liveBytes();
    report.figure("read from the table, after a start", read(), "s");
    report.figure("memory a member", (liveBytes() - before) / (double) population.size(), "bytes");
    calls();
    seenOnceAnswered();
    ingest();
  }

  /** Each kind beside a call that answers as many bytes, in turns, so that both meet the same. */
  private void calls() throws Exception {
    try (AnswerOnly bare = AnswerOnly.start(bed.secret())) {
      List<FlywheelClient> clients = bed.clients(MERCHANT);
      List<FlywheelClient> others = bed.clientsThrough(bare.port(), MERCHANT);
      try {
        for (Kind kind : Kind.values()) { // which must not meet a JVM that is still compiling
          rate(clients, (client, random) -> answer(kind, client, random), 1);
        }
        for (Kind kind : Kind.values()) {
          compare(kind, clients, others);
        }
      } finally {
        others.forEach(FlywheelClient::close);
      }
    }
  }

  private void compare(Kind kind, List<FlywheelClient> clients, List<FlywheelClient> others)
      throws Exception {
    int bytes = answer(kind, clients.get(0), new SplittableRandom(1));
    byte[] request = AnswerOnly.request(bytes);
    BiConsumer<FlywheelClient, SplittableRandom> asks =
        (client, random) -> answer(kind, client, random);
    BiConsumer<FlywheelClient, SplittableRandom> bare =
        (client, random) -> AnswerOnly.call(client, request);
    BiConsumer<FlywheelClient, SplittableRandom> empty =
        (client, random) -> EmptyCalls.call(client);
    rate(clients, empty, 2);
    rate(clients, asks, 1);
    rate(others, bare, 1);
    double own = 0;
    double bareRate = 0;
    double emptyRate = 0;
    for (int round = 0; round < ROUNDS; round++) {
      own += rate(clients, asks, ROUNDS) / ROUNDS;
      bareRate += rate(others, bare, ROUNDS) / ROUNDS;
      emptyRate += rate(clients, empty, ROUNDS) / ROUNDS;
    }
    rates.put(kind, own);
    report.figure(kind.title + ", bytes of an answer", bytes, "bytes");
    report.figure(kind.title + ", calls", own, "calls/s");
    report.figure(kind.title + ", calls that only answer as many bytes", bareRate, "calls/s");
    report.figure("an empty call meanwhile", emptyRate, "calls/s");
    report.figure(kind.title + " / an empty call", own / emptyRate, "");
    report.atLeast(
        kind.title + " / a call that only answers as many bytes", own / bareRate, LEAST_OF_ANSWER);
    atHalf(kind, clients, own / 2);
  }

  private void atHalf(Kind kind, List<FlywheelClient> clients, double perSecond) {
    Latencies latencies = new Latencies();
    SplittableRandom random = new SplittableRandom(3);
    int count = (int) (perSecond * plan.emptyCalls().toMillis() / 1e3);
    new OpenLoop(perSecond, OpenLoop.Clock.system())
        .run(
            count,
            index -> begin(kind, clients.get(index % clients.size()), random),
            (index, nanos, failure) -> latencies.record(nanos, failure != null));
    latencies.report(report, kind.title + " at half of the peak");
    report.atMost(
        kind.title + " at half of the peak, ms, p99", latencies.millis(99), LONGEST_P99_MILLIS);
  }

  private double rate(
      List<FlywheelClient> clients, BiConsumer<FlywheelClient, SplittableRandom> call, int parts)
      throws Exception {
    LongAdder calls = new LongAdder();
    long start = System.nanoTime();
    long end = start + plan.emptyCalls().dividedBy(parts).toNanos();
    Parallel.run(
        CALLERS,
        caller ->
            () -> {
              FlywheelClient client = clients.get(caller % clients.size());
              SplittableRandom random = new SplittableRandom(caller + start);
              while (System.nanoTime() < end) {
                call.accept(client, random);
                calls.increment();
              }
              return caller;
            });
    return calls.sum() / ((System.nanoTime() - start) / 1e9);
  }

  /** Asks, and returns of how many bytes the answer is. */
  private int answer(Kind kind, FlywheelClient client, SplittableRandom random) {
    return kind == Kind.TOP
        ? client.leaderboard().getLeaderboard(top()).getSerializedSize()
        : client.leaderboard().getRank(rank(kind, random)).getSerializedSize();
  }

  private CompletableFuture<?> begin(Kind kind, FlywheelClient client, SplittableRandom random) {
    return kind == Kind.TOP
        ? client.callAsync(LeaderboardServiceGrpc.getGetLeaderboardMethod(), top())
        : client.callAsync(LeaderboardServiceGrpc.getGetRankMethod(), rank(kind, random));
  }

  private static GetLeaderboardRequest top() {
    return GetLeaderboardRequest.newBuilder().setBoardId(BOARD).setPageSize(100).build();
  }

  private GetRankRequest rank(Kind kind, SplittableRandom random) {
    return rankOf(random.nextInt(population.size()), kind == Kind.AROUND ? 10 : 0);
  }

  private GetRankRequest rankOf(int member, int around) {
    return GetRankRequest.newBuilder()
        .setBoardId(BOARD)
        .setViewerId(population.viewerId(member))
        .setAround(around)
        .build();
  }

  /** A call that is made after an action was answered sees what it did. */
  private void seenOnceAnswered() throws Exception {
    FlywheelClient client = bed.clients(MERCHANT).get(0);
    Latencies calls = new Latencies();
    SplittableRandom random = new SplittableRandom(5);
    int unseen = 0;
    for (int i = 0; i < VISIBLE; i++) {
      int member = random.nextInt(population.size());
      GetRankRequest request = rankOf(member, 0);
      long score = client.leaderboard().getRank(request).getPlace().getScore();
      long began = System.nanoTime();
      like(client, member);
      calls.record(System.nanoTime() - began, false);
      unseen += client.leaderboard().getRank(request).getPlace().getScore() == score + 1 ? 0 : 1;
    }
    calls.report(report, "an event that moves the board, one after the other");
    if (unseen > 0) {
      report.violation("%d of %d answered events are not in the ranks".formatted(unseen, VISIBLE));
    }
  }

  /** Lets a member like, and waits for the answer. */
  void like(FlywheelClient client, int member) {
    var unused =
        client
            .event()
            .ingestEvents(
                IngestEventsRequest.newBuilder()
                    .addEvents(
                        Event.newBuilder()
                            .setEventId(Ids.newId())
                            .setViewerId(population.viewerId(member))
                            .setRoomId(population.roomId(member))
                            .setOccurredAt(Timestamps.now())
                            .setLiked(Liked.getDefaultInstance()))
                    .build());
    answered++;
  }

  /** The same events of a merchant with boards and of one without any, in turns. */
  private void ingest() throws Exception {
    Ingested with = new Ingested(bed, MERCHANT, INGEST_VIEWERS, sender);
    Ingested without = new Ingested(bed, WITHOUT, INGEST_VIEWERS, sender);
    Ingested.compare(List.of(with, without), plan);
    report.figure("ingest with the board", with.perSecond(), "events/s");
    report.figure("ingest without any board", without.perSecond(), "events/s");
    report.figure("CPU per event with the board", with.microsPerEvent(), "µs");
    report.figure("CPU per event without", without.microsPerEvent(), "µs");
    report.atLeast(
        "ingest with the board / without", with.perSecond() / without.perSecond(), LEAST_OF_INGEST);
    report.atMost(
        "CPU per event with the board / without",
        with.microsPerEvent() / without.microsPerEvent(),
        MOST_OF_INGEST);
  }

  /** The template's program without its boards. */
  private Program boardless() throws IOException {
    FlywheelClient client = bed.withProgram("bench-board-template").get(0);
    return client
        .program()
        .getProgram(GetProgramRequest.getDefaultInstance())
        .getProgram()
        .toBuilder()
        .clearLeaderboards()
        .build();
  }

  private static Leaderboard board() {
    return Leaderboard.newBuilder()
        .setId(BOARD)
        .setTitle(Text.newBuilder().setZh("点赞榜").setEn("Likes"))
        .setMetric(Metric.newBuilder().setTrigger(Trigger.TRIGGER_LIKE))
        .setPeriod(BoardPeriod.BOARD_PERIOD_ALL_TIME)
        .build();
  }

  private static ProgramSource source(Program program) throws InvalidProtocolBufferException {
    return ProgramSource.newBuilder().setDocument(JsonFormat.printer().print(program)).build();
  }

  /** Asks until the ranks are there, and returns how long that took, in seconds. */
  private double read() throws Exception {
    FlywheelClient client = bed.clients(MERCHANT).get(0);
    long start = System.nanoTime();
    while (true) {
      try {
        int known = client.leaderboard().getRank(rankOf(0, 0)).getPeriod().getMembers();
        if (known != population.size()) {
          report.violation("the board has %d members of %d".formatted(known, population.size()));
        }
        return (System.nanoTime() - start) / 1e9;
      } catch (FlywheelException e) {
        if (System.nanoTime() - start > LONGEST_READING.toNanos()) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(20); // it says that it is being read
      }
    }
  }

  /** What lives in the server's memory, after its garbage is gone. */
  private long liveBytes() throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(bed.server().pid()),
                "GC.class_histogram")
            .redirectErrorStream(true)
            .start();
    String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (jcmd.waitFor() != 0) {
      throw new IOException("jcmd: " + answer);
    }
    String[] total = answer.strip().substring(answer.strip().lastIndexOf("Total")).split("\\s+");
    return Long.parseLong(total[2]);
  }
}
