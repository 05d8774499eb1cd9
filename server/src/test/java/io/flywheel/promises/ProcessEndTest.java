package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.testing.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A service that ends takes its database with it, whenever and however it is told to. */
@DisabledOnOs(OS.WINDOWS) // which has no signals
final class ProcessEndTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private Path folder = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("flywheel-end");
  }

  @AfterEach
  void removeFolder() throws IOException {
    TestDatabase.deleteRecursively(folder);
  }

  @Test
  void theServiceAndItsDatabaseEndWithTheProcessThatStartedThem() throws Exception {
    List<String> arguments = new ArrayList<>(ChildServer.arguments(folder));
    arguments.add("--process.end-with-parent=true");
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "\"$@\" & echo \"pid $!\"; wait", "sh"));
    command.addAll(ChildServer.command(256, arguments));
    Process parent = new ProcessBuilder(command).redirectError(log()).start();
    try (BufferedReader lines = parent.inputReader(StandardCharsets.UTF_8)) {
      ProcessHandle server = server(lines);
      try {
        awaitLine(lines, "Flywheel is ready");
        ProcessHandle database = ChildServer.database(folder);
        parent.destroyForcibly();
        assertEnds(server);
        assertEnds(database);
      } finally {
        server.destroyForcibly();
      }
    } finally {
      parent.destroyForcibly();
    }
  }

  /**
   * Maven ends when it is told to, and does not tell what it has started: {@code mvn -Prun} starts
   * the service so that it looks for itself.
   */
  @Test
  void mavensRunStartsAServiceThatEndsWithMaven() throws Exception {
    String pom = Files.readString(Path.of("pom.xml"));
    String run = pom.substring(pom.indexOf("<id>run</id>"));
    assertThat(run.substring(0, run.indexOf("</profile>")))
        .containsPattern("<commandlineArgs>.*--process.end-with-parent=true.*</commandlineArgs>");
  }

  @Test
  void aServiceThatIsToldToEndWhileItStartsLeavesNoDatabase() throws Exception {
    Process server =
        new ProcessBuilder(ChildServer.command(256, ChildServer.arguments(folder)))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(log())
            .start();
    try {
      ProcessHandle database = database(server);
      server.destroy();
      assertEnds(server.toHandle());
      assertEnds(database);
    } finally {
      server.destroyForcibly();
    }
  }

  private ProcessBuilder.Redirect log() {
    return ProcessBuilder.Redirect.to(folder.resolve("server.log").toFile());
  }

  private static ProcessHandle server(BufferedReader lines) throws IOException {
    String line = awaitLine(lines, "pid ");
    return ProcessHandle.of(Long.parseLong(line.substring("pid ".length()))).orElseThrow();
  }

  private static String awaitLine(BufferedReader lines, String text) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.contains(text)) {
        return line;
      }
    }
    throw new AssertionError("the server has not said: " + text);
  }

  /** The database, as soon as there is one. */
  private static ProcessHandle database(Process server) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (server.isAlive() && System.nanoTime() < deadline) {
      // The one that makes the system tables works on a folder of its own and ends by itself.
      ProcessHandle found =
          server.descendants().filter(ProcessEndTest::isDatabase).findFirst().orElse(null);
      if (found != null) {
        return found;
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    throw new AssertionError("the server has started no database");
  }

  private static boolean isDatabase(ProcessHandle process) {
    return process
        .info()
        .arguments()
        .filter(arguments -> List.of(arguments).stream().anyMatch(a -> a.startsWith("--port=")))
        .isPresent();
  }

  private static void assertEnds(ProcessHandle process) {
    CompletableFuture<ProcessHandle> end = process.onExit();
    assertThat(end)
        .as("the end of %s", process.info().command().orElse("a process"))
        .succeedsWithin(LIMIT);
  }
}
