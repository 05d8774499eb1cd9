package io.flywheel.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The service as it ships, in a process of its own with its embedded database in a folder, behind
 * an {@link Entrance} that stays where it is when the service dies and comes back. One for all
 * tests of a run. Thread-safe.
 */
final class Service {
  static final Path REPOSITORY = repository();

  private static final Path JAR = REPOSITORY.resolve("server/target/flywheel-server.jar");
  private static final int STARTS = 3;
  private static final Pattern PORT = Pattern.compile("gRPC on localhost:(\\d+)");

  private static Service shared;

  private final Path folder;
  private final Entrance entrance;
  private Process process;

  private Service() throws IOException {
    folder = Files.createTempDirectory("flywheel-conformance");
    entrance = new Entrance();
    start();
    Runtime.getRuntime().addShutdownHook(new Thread(this::end));
  }

  /** The service, which is started when it is first asked for, and where a test left it dead. */
  static synchronized Service shared() throws IOException {
    if (shared == null) {
      shared = new Service();
    } else if (!shared.process.isAlive()) {
      shared.restart();
    }
    return shared;
  }

  Entrance entrance() {
    return entrance;
  }

  int port() {
    return entrance.port();
  }

  /** Starts it again on what it left; returns when it takes calls. */
  synchronized void restart() throws IOException {
    kill();
    start();
  }

  /** What no process can defend itself against; its database is stopped by the next start. */
  synchronized void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** On a busy machine the database may not be up in time; the next try finds it. */
  private void start() throws IOException {
    for (int attempt = 1; !starts(); attempt++) {
      if (attempt == STARTS) {
        throw new AssertionError(
            "the server did not start:\n" + Files.readString(folder.resolve("server.log")));
      }
    }
  }

  private boolean starts() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-jar", JAR.toString()));
    command.addAll(
        List.of(
            "--grpc.host=127.0.0.1",
            "--grpc.port=0",
            "--http.port=0",
            "--webhook.allow-private-targets=true",
            "--auth.jwt-secret=" + Tokens.SECRET,
            "--database.data-dir=" + folder.resolve("data"),
            "--database.embedded-programs=" + REPOSITORY.resolve("server/target/test-programs"),
            "--database.embedded-buffer-pool-mib=64"));
    Path log = folder.resolve("server.log");
    process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher port = PORT.matcher(line);
      if (port.find()) {
        entrance.leadTo(Integer.parseInt(port.group(1)));
        return true;
      }
    }
    return false;
  }

  /** Lets the service stop its database by itself. */
  private void end() {
    process.destroy();
    process.onExit().join();
  }

  private static Path repository() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("proto/buf.yaml"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
