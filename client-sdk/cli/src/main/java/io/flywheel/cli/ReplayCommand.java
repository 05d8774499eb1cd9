package io.flywheel.cli;

import io.flywheel.client.FlywheelClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Sends recorded events: JSON Lines of flywheel.v1.Event, plain or gzip.",
      "An interrupted replay goes on where it was when the same command is run again."
    })
final class ReplayCommand implements Callable<Integer> {
  private static final Path STANDARD_INPUT = Path.of("-");
  private static final long SAVE_EVERY_NANOS = Duration.ofSeconds(1).toNanos();

  @Mixin private Connection connection = new Connection();

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "Files in the order in which they happened; \"-\" for standard input.")
  private List<Path> files = List.of();

  @Option(
      names = "--backfill",
      description = "Take events of any age. Without it, those older than 7 days are rejected.")
  private boolean backfill;

  @Option(
      names = "--batch-size",
      defaultValue = "500",
      description = "Events in a message, 1 to 1,000. Default: ${DEFAULT-VALUE}.")
  private int batchSize;

  @Option(
      names = "--in-flight",
      defaultValue = "4",
      description = "Messages on their way, for each connection. Default: ${DEFAULT-VALUE}.")
  private int inFlight;

  @Option(
      names = "--connections",
      defaultValue = "2",
      description = "Connections; a viewer's events stay on one. Default: ${DEFAULT-VALUE}.")
  private int connections;

  @Option(
      names = "--patience",
      defaultValue = "2m",
      description = "How long to try while the service does not answer. Default: ${DEFAULT-VALUE}.")
  private Duration patience = Duration.ZERO;

  @Option(
      names = "--resume-file",
      paramLabel = "FILE",
      description =
          "Where to note how far it came. Default: beside the first file, with \".replay\" added;"
              + " none for standard input.")
  private @Nullable Path resumeFile;

  @Option(
      names = "--restart",
      description = "Begin anew, whatever an interrupted replay has noted.")
  private boolean restart;

  @Option(names = "--no-progress", description = "Show no progress bar.")
  private boolean noProgress;

  @Option(names = "--json", description = "Print the summary as JSON.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws IOException {
    checkOptions();
    ReplayState state =
        new ReplayState(stateFile(), connection.target(), connection.bearer(), files);
    if (restart) {
      state.delete();
    }
    long resumeAt = state.linesDone();
    PrintWriter err = spec.commandLine().getErr();
    if (resumeAt > 0) {
      err.printf("going on after line %,d%n", resumeAt);
    }
    List<FlywheelClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < connections; i++) {
        clients.add(connection.open());
      }
      Replay replay = new Replay(clients, backfill, batchSize, inFlight, patience, err);
      run(replay, resumeAt, state);
      return replay.summary().isClean() ? 0 : Main.INPUT_HAS_MISTAKES;
    } finally {
      clients.forEach(FlywheelClient::close);
    }
  }

  private void run(Replay replay, long resumeAt, ReplayState state) throws IOException {
    boolean done = false;
    try (replay) {
      send(replay, resumeAt, state);
      replay.finish();
      done = true;
    } finally {
      if (done) {
        state.delete();
      } else {
        state.save(Math.max(resumeAt, replay.linesDone()));
      }
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(replay.summary().json());
      } else {
        replay.summary().print(out);
      }
    }
  }

  private void send(Replay replay, long resumeAt, ReplayState state) throws IOException {
    long linesLeftToSkip = resumeAt;
    long bytesBefore = 0;
    long nextSave = System.nanoTime();
    try (ProgressBar bar = progressBar()) {
      for (Path file : files) {
        try (EventLines lines = EventLines.open(file)) {
          long number = 0;
          for (String line = lines.next(); line != null; line = lines.next()) {
            number++;
            if (linesLeftToSkip > 0) {
              linesLeftToSkip--;
              replay.skip();
            } else {
              replay.add(line, file, number);
            }
            if (number % 256 == 0 && System.nanoTime() >= nextSave) {
              state.save(Math.max(resumeAt, replay.linesDone()));
              nextSave = System.nanoTime() + SAVE_EVERY_NANOS;
            }
            if (number % 256 == 0 && bar != null) {
              bar.stepTo(bytesBefore + lines.bytesRead());
              bar.setExtraMessage(
                  String.format("%,d events/s", replay.summary().eventsPerSecond()));
            }
          }
          bytesBefore += lines.bytesRead();
        }
      }
    }
  }

  private @Nullable ProgressBar progressBar() throws IOException {
    if (noProgress || !Terminal.isThere()) {
      return null;
    }
    long bytes = 0;
    for (Path file : files) {
      bytes += file.equals(STANDARD_INPUT) ? 0 : Files.size(file);
    }
    return new ProgressBarBuilder()
        .setTaskName("replay")
        .setInitialMax(files.contains(STANDARD_INPUT) ? -1 : bytes)
        .setUnit(" MB", 1_000_000)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(250)
        .setConsumer(new ConsoleProgressBarConsumer(System.err))
        .build();
  }

  private void checkOptions() throws IOException {
    if (connections < 1 || connections > 64) {
      throw new InputException("--connections: " + connections + " (expected: 1 to 64)");
    }
    for (Path file : files) {
      if (!file.equals(STANDARD_INPUT)) {
        EventLines.open(file).close(); // A wrong name is told before anything is sent.
      }
    }
  }

  private @Nullable Path stateFile() {
    if (resumeFile != null || files.contains(STANDARD_INPUT)) {
      return resumeFile;
    }
    Path first = files.get(0);
    return first.resolveSibling(first.getFileName() + ".replay");
  }
}
