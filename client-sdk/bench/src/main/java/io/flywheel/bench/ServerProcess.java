package io.flywheel.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The real server as a child process. Thread-safe. */
final class ServerProcess {
  private static final Pattern READY =
      Pattern.compile(
          "Flywheel is ready after .*: gRPC on \\S+:(\\d+), HTTP on (\\S+), database (\\S+)");
  private static final Duration READY_LIMIT = Duration.ofMinutes(3);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);
  private static final int LOG_LINES_TOLD = 30;

  private final Process process;
  private final Path log;
  private final long startedNanos = System.nanoTime();

  /**
   * The server takes calls.
   *
   * @param port of gRPC, on the loopback interface
   * @param web the address of the HTTP edge
   * @param database its JDBC URL, without parameters
   * @param after how long it took from the start of the process
   */
  record Ready(int port, String web, String database, Duration after) {}

  private ServerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts a server that logs to a new file. Settings of whoever runs the benchmark don't reach it.
   */
  static ServerProcess start(List<String> command, Map<String, String> settings, Path log)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("FLYWHEEL_"));
    builder.environment().putAll(settings);
    return new ServerProcess(builder.start(), log);
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  /** Waits until the server says that it takes calls. */
  Ready awaitReady() throws IOException, InterruptedException {
    while (true) {
      Matcher ready = READY.matcher(Files.readString(log, StandardCharsets.UTF_8));
      Duration after = Duration.ofNanos(System.nanoTime() - startedNanos);
      if (ready.find()) {
        return new Ready(Integer.parseInt(ready.group(1)), ready.group(2), ready.group(3), after);
      }
      if (process.waitFor(10, TimeUnit.MILLISECONDS)) {
        throw new IOException("the server did not start:\n" + latestLog());
      }
      if (after.compareTo(READY_LIMIT) > 0) {
        throw new IOException("the server is not ready after " + READY_LIMIT + ":\n" + latestLog());
      }
    }
  }

  /** Stops the server as one stops it, and kills it if that does not help. */
  void stop() {
    stop(process.toHandle());
  }

  static void stop(ProcessHandle running) {
    CompletableFuture<ProcessHandle> exit = running.onExit();
    running.destroy();
    try {
      exit.get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      running.destroyForcibly();
      exit.join();
    } catch (InterruptedException e) {
      running.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private String latestLog() throws IOException {
    List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
    return String.join(
        "\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_TOLD), lines.size()));
  }
}
