package io.flywheel.cli;

import io.flywheel.client.FlywheelClient;
import io.flywheel.client.FlywheelException;
import io.flywheel.simulation.SimulatedViewer;
import io.flywheel.simulation.Stay;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = {
      "Fills a demo room with viewers who act as people do.",
      "With a token of the platform's services they all act through it; otherwise each gets a"
          + " viewer's token, signed with the service's secret."
    })
final class SimulateCommand implements Callable<Integer> {
  private static final int MAX_THREADS = 32;
  private static final List<Stay> STAYS = List.of(Stay.values());
  private static final Duration TOKEN_TTL = Duration.ofHours(1);

  @Mixin private Connection connection = new Connection();

  @Option(
      names = "--room",
      defaultValue = "demo-room",
      description = "The room. Default: ${DEFAULT-VALUE}.")
  private String room = "";

  @Option(
      names = "--viewers",
      defaultValue = "50",
      description = "How many viewers, 1 to 10,000. Default: ${DEFAULT-VALUE}.")
  private int viewers;

  @Option(
      names = "--duration",
      defaultValue = "5m",
      description = "For how long, such as 90s or 1h. Default: ${DEFAULT-VALUE}.")
  private Duration duration = Duration.ZERO;

  @Option(
      names = "--merchant",
      defaultValue = "demo",
      description = "The merchant of the signed tokens. Default: ${DEFAULT-VALUE}.")
  private String merchant = "";

  @Option(
      names = "--secret-file",
      defaultValue = "data/jwt.secret",
      paramLabel = "FILE",
      description = "The service's secret. Default: ${DEFAULT-VALUE}.")
  private Path secretFile = Path.of("");

  @Option(names = "--seed", description = "For the same viewers again. Default: random.")
  private @Nullable Long seed;

  @Option(
      names = "--lang",
      description = "${COMPLETION-CANDIDATES}. Default: the machine's language.")
  private @Nullable Language language;

  @Option(names = "--json", description = "Print only a summary, as JSON.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (viewers < 1 || viewers > 10_000) {
      throw new InputException("--viewers: " + viewers + " (expected: 1 to 10,000)");
    }
    SimulationTally tally =
        new SimulationTally(new FactText(language == null ? Language.ofMachine() : language));
    try (FlywheelClient client = connection.open()) {
      run(crowd(client, tally), tally);
    }
    spec.commandLine().getOut().println(json ? tally.json() : "\n" + tally.summary());
    return 0;
  }

  private List<SimulatedViewer> crowd(FlywheelClient client, SimulationTally tally)
      throws IOException {
    Tokens tokens = connection.hasCredential() ? null : Tokens.fromFile(secretFile);
    FlywheelClient platform =
        tokens == null
            ? client
            : client.withTokens(() -> tokens.sign(merchant, "platform", "simulator", TOKEN_TTL));
    Random seeds = seed == null ? new Random() : new Random(seed);
    List<SimulatedViewer> crowd = new ArrayList<>();
    for (int i = 1; i <= viewers; i++) {
      String id = String.format("viewer-%04d", i);
      FlywheelClient self =
          tokens == null ? client : client.withTokens(() -> viewerToken(tokens, id));
      Random random = new Random(seeds.nextLong());
      Stay stay = STAYS.get(random.nextInt(STAYS.size()));
      crowd.add(new SimulatedViewer(id, room, self, platform, tally, stay, random));
    }
    return crowd;
  }

  private String viewerToken(Tokens tokens, String viewerId) {
    return tokens.sign(
        Map.of("merchant", merchant, "role", "viewer", "sub", viewerId, "room", room), TOKEN_TTL);
  }

  private void run(List<SimulatedViewer> crowd, SimulationTally tally) throws InterruptedException {
    ScheduledThreadPoolExecutor threads =
        new ScheduledThreadPoolExecutor(Math.min(MAX_THREADS, crowd.size()));
    threads.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    long end = System.nanoTime() + duration.toNanos();
    try {
      // They drop in over the first quarter, a minute at most.
      long arrivalMillis = Math.min(60_000, duration.toMillis() / 4);
      for (int i = 0; i < crowd.size(); i++) {
        schedule(threads, crowd.get(i), Duration.ofMillis(arrivalMillis * i / crowd.size()));
      }
      for (long second = 1; System.nanoTime() < end; second++) {
        TimeUnit.NANOSECONDS.sleep(
            Math.min(TimeUnit.SECONDS.toNanos(1), Math.max(1, end - System.nanoTime())));
        tally.check();
        print(tally, second);
      }
    } finally {
      threads.shutdown();
      threads.awaitTermination(10, TimeUnit.SECONDS);
    }
    sayGoodbye(crowd, tally);
  }

  private static void schedule(
      ScheduledThreadPoolExecutor threads, SimulatedViewer viewer, Duration delay) {
    if (!threads.isShutdown()) {
      var unused =
          threads.schedule(
              () -> schedule(threads, viewer, viewer.step()),
              delay.toMillis(),
              TimeUnit.MILLISECONDS);
    }
  }

  private static void sayGoodbye(List<SimulatedViewer> crowd, SimulationTally tally) {
    for (SimulatedViewer viewer : crowd) {
      try {
        viewer.leave();
      } catch (FlywheelException e) {
        tally.failed(e);
      }
    }
  }

  /**
   * A line that renews itself every second where people look on, and one every ten seconds in a
   * log.
   */
  private void print(SimulationTally tally, long second) {
    PrintWriter out = spec.commandLine().getOut();
    if (!json && Terminal.isThere()) {
      out.print("\r\u001b[K" + tally.line());
      out.flush();
    } else if (!json && second % 10 == 0) {
      out.println(tally.line());
    }
  }
}
