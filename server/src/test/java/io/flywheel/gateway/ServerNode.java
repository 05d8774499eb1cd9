package io.flywheel.gateway;

import io.flywheel.testing.TestDatabase;
import io.flywheel.testing.TestServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server in a process of its own, on ports that stay the same over restarts, one of several on a
 * schema of the {@link TestDatabase}. Not thread-safe.
 */
final class ServerNode implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final Path folder;
  private final String schema;
  private final int grpcPort;
  private final int httpPort;
  private Process process;

  private ServerNode(Path folder, String schema, int grpcPort, int httpPort) throws IOException {
    this.folder = folder;
    this.schema = schema;
    this.grpcPort = grpcPort;
    this.httpPort = httpPort;
    this.process = launch();
  }

  /** Starts one and returns when it takes calls. */
  static ServerNode start(String schema) throws IOException {
    return new ServerNode(
        Files.createTempDirectory("flywheel-node"), schema, Gateway.freePort(), Gateway.freePort());
  }

  int grpcPort() {
    return grpcPort;
  }

  int httpPort() {
    return httpPort;
  }

  /** What no process can defend itself against. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Stops it as an administrator would, and starts it again; returns when it takes calls. */
  void restart() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("the server did not stop");
    }
    process = launch();
  }

  @Override
  public void close() throws IOException {
    kill();
    TestDatabase.deleteRecursively(folder);
  }

  private Process launch() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(
        List.of(
            "-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(
            "io.flywheel.Main",
            "--grpc.host=127.0.0.1",
            "--grpc.port=" + grpcPort,
            "--http.host=127.0.0.1",
            "--http.port=" + httpPort,
            "--auth.jwt-secret=" + TestServer.SECRET,
            // What is under test is the gateway: no stream has to hear of the other node.
            "--cluster.redis-url=none",
            "--database.data-dir=" + folder));
    command.addAll(TestDatabase.shared().settings(schema));
    Path log = folder.resolve("server.log");
    Process started =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    BufferedReader lines = started.inputReader(StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.contains("Flywheel is ready")) {
        return started;
      }
    }
    started.destroyForcibly();
    throw new AssertionError("the server did not start:\n" + Files.readString(log));
  }
}
