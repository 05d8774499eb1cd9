package io.flywheel.bench;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The benchmark as a program: starts the real server, measures it beside what one could do instead,
 * and removes everything. Exit code 1 when an event was lost or counted twice.
 */
@Command(
    name = "flywheel-bench",
    mixinStandardHelpOptions = true,
    version = "flywheel-bench 0.1.0",
    sortOptions = false,
    description = {
      "Measures Flywheel over the wire, beside bare loaders and an empty gRPC call on the",
      "same machine and database in the same run."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:measured, whatever the figures are",
      "1:an event was lost or counted twice, or the benchmark could not be run",
      "2:the command line has mistakes"
    })
public final class Main implements Callable<Integer> {
  /** What can be measured by itself. */
  enum Part {
    START,
    GRPC,
    INGEST,
    REPLAY_LOADER,
    REMOTE,
    CALLS,
    READS,
    HOT_ITEM,
    STREAMS,
    BOARDS,
    JOURNAL,
    LANES,
    FIRST_CALLS,
    REPLAY,
    ENDURANCE
  }

  private static final double FIRST_START_SECONDS = 5;
  private static final double SECOND_START_SECONDS = 3;

  @Option(names = "--quick", description = "About half of the time.")
  private boolean quick;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "PART",
      description = {
        "What to measure: ${COMPLETION-CANDIDATES}, separated by commas.",
        "Default: all but endurance."
      })
  private Set<Part> only = EnumSet.complementOf(EnumSet.of(Part.ENDURANCE));

  @Option(
      names = "--viewers",
      split = ",",
      paramLabel = "COUNT",
      description = "The populations to measure ingest at, growing. Default: by --quick.")
  private List<Integer> viewers = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      description = "How long a round of ingest takes. Default: by --quick.")
  private int seconds;

  @Option(
      names = "--replay",
      paramLabel = "FILE",
      description = "Recorded events to replay: JSON Lines, gzip where the name ends in .gz.")
  private List<Path> replay = List.of();

  @Option(
      names = "--streams",
      paramLabel = "COUNT",
      defaultValue = "1000",
      description = "Streams that are open at once. Default: ${DEFAULT-VALUE}.")
  private int streams;

  @Option(
      names = "--members",
      paramLabel = "COUNT",
      defaultValue = "1000000",
      description = "Members of the board. Default: ${DEFAULT-VALUE}.")
  private int members;

  @Option(
      names = "--watchers",
      paramLabel = "COUNT",
      defaultValue = "2000",
      description = "Viewers who watch the board at once. Default: ${DEFAULT-VALUE}.")
  private int watchers;

  @Option(
      names = "--gateway",
      paramLabel = "FILE",
      description = {
        "The gateway's run.sh, to measure streams through it, too.",
        "Default: the checkout's, where FLYWHEEL_ENVOY names Envoy's program."
      })
  private Optional<Path> gateway = Optional.empty();

  @Option(
      names = "--minutes",
      paramLabel = "MINUTES",
      defaultValue = "60",
      description = "How long endurance takes. Default: ${DEFAULT-VALUE}.")
  private int minutes;

  @Option(
      names = "--connections",
      defaultValue = "2",
      description = "gRPC connections. Default: ${DEFAULT-VALUE}.")
  private int connections;

  @Option(
      names = "--database-url",
      paramLabel = "URL",
      description = {
        "A MySQL or MariaDB server instead of the embedded one, such as",
        "jdbc:mysql://127.0.0.1:3306/?user=root; schemas are made in it and dropped."
      })
  private Optional<String> databaseUrl = Optional.empty();

  @Option(names = "--json", paramLabel = "FILE", description = "Write all figures there, too.")
  private @Nullable Path json;

  @Option(
      names = "--jfr",
      paramLabel = "FILE",
      description = "Record the server with Flight Recorder, by its settings \"profile\".")
  private @Nullable Path jfr;

  @Option(
      names = "--server-jar",
      paramLabel = "FILE",
      description = "The server. Default: the one built beside this program.")
  private @Nullable Path serverJar;

  @Option(
      names = "--server-jvm",
      paramLabel = "ARGUMENT",
      description = "An argument of the server's JVM, such as -Xmx1g; may be repeated.")
  private List<String> serverJvm = List.of();

  @Option(
      names = "--server-arg",
      paramLabel = "ARGUMENT",
      description = "A setting of the server, such as --engine.lanes=4; may be repeated.")
  private List<String> serverArguments = List.of();

  @Spec private @Nullable CommandSpec spec;

  /** Runs the benchmark and exits with its code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setOut(new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUnmatchedOptionsAllowedAsOptionParameters(true);
  }

  @Override
  public Integer call() throws Exception {
    Plan plan = plan();
    Path jar = findServer();
    PrintWriter out = command().commandLine().getOut();
    Report report = new Report(out);
    out.printf(
        "Flywheel benchmark: %s; %s; durable commits%n",
        Report.machine(), databaseUrl.isPresent() ? "given database" : "embedded MariaDB");
    TestBed.Settings settings =
        new TestBed.Settings(jar, serverJvm, serverArguments, databaseUrl, connections);
    try (TestBed bed = new TestBed(settings)) {
      measure(bed, plan, report);
    }
    if (wants(Part.REPLAY_LOADER)) {
      new BesideReplay(settings, plan, report).run();
    }
    if (wants(Part.REMOTE)) {
      new Remote(settings, plan, report).run();
    }
    if (wants(Part.JOURNAL)) {
      new JournalCost(settings, plan, report).run();
    }
    if (wants(Part.LANES)) {
      new Lanes(settings, plan, report).run();
    }
    if (wants(Part.FIRST_CALLS)) {
      new FirstCalls(settings, report).run();
    }
    if (wants(Part.ENDURANCE)) {
      new Endurance(settings, plan, Duration.ofMinutes(minutes), report).run();
    }
    report.printRatios();
    if (json != null) {
      report.writeJson(json);
    }
    return report.isSound() ? 0 : 1;
  }

  /** What the command line asks for. */
  Plan plan() {
    Plan plan = quick ? Plan.quick() : Plan.full();
    if (!viewers.isEmpty()) {
      if (viewers.stream().anyMatch(count -> count < 1_000)
          || !viewers.stream().sorted().distinct().toList().equals(viewers)) {
        throw mistake("--viewers: " + viewers + " (expected: growing numbers from 1000 on)");
      }
      plan = plan.withViewers(viewers);
    }
    if (streams < 1 || streams > 10_000) {
      throw mistake("--streams: " + streams + " (expected: 1 to 10000)");
    }
    if (members < 1_000 || members > 10_000_000) {
      throw mistake("--members: " + members + " (expected: 1000 to 10000000)");
    }
    if (watchers < 1 || watchers > 5_000) {
      throw mistake("--watchers: " + watchers + " (expected: 1 to 5000)");
    }
    if (minutes < 1 || minutes > 1_440) {
      throw mistake("--minutes: " + minutes + " (expected: 1 to 1440)");
    }
    if (seconds < 0 || connections < 1 || connections > 64) {
      throw mistake("--seconds must be above 0, --connections from 1 to 64");
    }
    return seconds == 0 ? plan : plan.withRound(Duration.ofSeconds(seconds));
  }

  /** Whether a part is to be measured. */
  boolean wants(Part part) {
    return only.contains(part);
  }

  private void measure(TestBed bed, Plan plan, Report report) throws Exception {
    start(bed, report);
    EventSender sender = new EventSender(report);
    Calls calls = new Calls(bed, plan, sender, report);
    HotItem sale = new HotItem(bed, plan, report);
    Boards boards = new Boards(bed, members, plan, sender, report);
    Optional<GatewayProcess.Script> throughEnvoy = gatewayScript();
    Streams watching = new Streams(bed, streams, throughEnvoy, report);
    if (wants(Part.GRPC)) {
      EmptyCalls.measure(bed.clients("bench"), plan.emptyCalls(), report);
    }
    if (wants(Part.INGEST)) {
      new Ingest(bed, plan, sender, report).run();
    }
    if (wants(Part.CALLS)) {
      calls.run();
    }
    if (wants(Part.READS)) {
      new Reads(bed, plan, report).run(calls);
    }
    if (wants(Part.HOT_ITEM)) {
      sale.run();
    }
    if (wants(Part.STREAMS)) {
      watching.run();
    }
    if (wants(Part.BOARDS)) {
      boards.run();
      new BoardWatchers(bed, boards, watchers, throughEnvoy, report).run();
      RedisRanks.measure(boards, plan.emptyCalls(), report);
    }
    if (wants(Part.REPLAY)) {
      for (Path file : replay) {
        RecordedEvents.replay(file, bed, plan.replayAtMost(), sender, report);
      }
    }
    compareWithTables(
        bed,
        bed.programsApplied()
            + sender.acceptedInAll()
            + calls.answered()
            + sale.answered()
            + boards.answered()
            + watching.answered(),
        calls.failed() + sale.failed(),
        report);
    Usage.peakMib(bed.server()).ifPresent(mib -> report.figure("server RSS, most", mib, "MiB"));
  }

  /** The second start has a database to find; it is the one that is measured and profiled. */
  private void start(TestBed bed, Report report) throws IOException, InterruptedException {
    List<String> recording =
        jfr == null
            ? List.of()
            : List.of(
                "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename="
                    + jfr.toAbsolutePath());
    if (!wants(Part.START)) {
      bed.start(recording);
      return;
    }
    report.part("from start to ready");
    double first = bed.start(List.of()).toMillis() / 1000.0;
    report.figure("first run, nothing is there", first, "s");
    bed.stop();
    double second = bed.start(recording).toMillis() / 1000.0;
    report.figure("second run", second, "s");
    report.atMost("seconds to ready, first run", first, FIRST_START_SECONDS);
    report.atMost("seconds to ready, second run", second, SECOND_START_SECONDS);
  }

  /** The service's answers must agree with what lies in the database. */
  private static void compareWithTables(TestBed bed, long answered, long failed, Report report)
      throws SQLException {
    report.part("in the end");
    long rows = bed.database().number("SELECT COUNT(*) FROM action_log");
    report.figure("actions that took effect", (double) rows, "rows");
    if (rows < answered || rows > answered + failed) {
      report.violation("%d actions were answered as done, %d are stored".formatted(answered, rows));
    }
  }

  private Optional<GatewayProcess.Script> gatewayScript() throws URISyntaxException {
    return GatewayProcess.Script.find(gateway, ofCheckout("envoy/run.sh"), System.getenv());
  }

  /** A file of the checkout in which this program was built. */
  private static Path ofCheckout(String file) throws URISyntaxException {
    Path own = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    // client-sdk/bench/target/flywheel-bench.jar
    return own.resolve("../../../..").resolve(file).normalize();
  }

  private Path findServer() throws URISyntaxException {
    Path jar = serverJar;
    if (jar == null) {
      jar = ofCheckout("server/target/flywheel-server.jar");
    }
    if (!Files.exists(jar)) {
      throw mistake("--server-jar: " + jar + " (expected: the server, built by mvn package)");
    }
    return jar;
  }

  private ParameterException mistake(String message) {
    return new ParameterException(command().commandLine(), message);
  }

  private CommandSpec command() {
    if (spec == null) {
      throw new IllegalStateException("picocli has not set the command");
    }
    return spec;
  }
}
