package io.flywheel.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The real gateway before the server under test, run by its own script. Not thread-safe. */
final class GatewayProcess implements AutoCloseable {
  /** What has to be there for it. */
  static final String WITHOUT_ENVOY =
      "no Envoy is named (expected: its program in FLYWHEEL_ENVOY, or --gateway envoy/run.sh)";

  private static final Duration READY_LIMIT = Duration.ofMinutes(3);

  private final Process process;
  private final int port;

  /**
   * How the gateway is run.
   *
   * @param file envoy/run.sh
   * @param envoy Envoy's program; empty: the script finds one
   */
  record Script(Path file, Optional<String> envoy) {
    /** Names Envoy's program, as it does for the tests. */
    static final String ENVOY = "FLYWHEEL_ENVOY";

    /**
     * The script that is given, else the one of this checkout where the environment names an Envoy
     * for it; without either the gateway is not measured.
     *
     * @param ofCheckout where the checkout's script would be
     */
    static Optional<Script> find(
        Optional<Path> given, Path ofCheckout, Map<String, String> environment) {
      Optional<String> envoy =
          Optional.ofNullable(environment.get(ENVOY)).filter(name -> !name.isBlank());
      return given
          .or(() -> Optional.of(ofCheckout).filter(file -> envoy.isPresent() && Files.exists(file)))
          .map(file -> new Script(file, envoy));
    }
  }

  private GatewayProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts the gateway without TLS and returns when it takes calls.
   *
   * @param log a new file, which is in the message when it does not start
   */
  static GatewayProcess start(Script script, int serverPort, Path secretFile, Path log)
      throws IOException, InterruptedException {
    int port = freePort();
    List<String> command =
        new ArrayList<>(
            List.of(
                script.file().toAbsolutePath().toString(),
                "run",
                "--servers=127.0.0.1:" + serverPort,
                "--address=127.0.0.1",
                "--port=" + port,
                "--tls=off",
                "--admin-port=" + freePort(),
                "--drain-seconds=0",
                "--jwt-secret-file=" + secretFile));
    script.envoy().ifPresent(envoy -> command.add("--envoy=" + envoy));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(name -> name.startsWith("FLYWHEEL_GATEWAY_"));
    Process started = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    GatewayProcess gateway = new GatewayProcess(started, port);
    try {
      gateway.awaitReady(log);
    } catch (IOException e) {
      gateway.close();
      throw e;
    }
    return gateway;
  }

  int port() {
    return port;
  }

  /** Envoy's own process, below the script's. */
  ProcessHandle envoy() throws IOException {
    return process
        .descendants()
        .filter(child -> child.info().command().filter(c -> c.endsWith("/envoy")).isPresent())
        .findFirst()
        .orElseThrow(() -> new IOException("the gateway's Envoy is no process of this machine"));
  }

  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    ServerProcess.stop(process.toHandle());
    children.forEach(ProcessHandle::destroyForcibly);
  }

  private void awaitReady(Path log) throws IOException, InterruptedException {
    HttpRequest health =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/gateway/health"))
            .timeout(Duration.ofSeconds(2))
            .build();
    long end = System.nanoTime() + READY_LIMIT.toNanos();
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (true) {
        try {
          if (http.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException e) {
          // It does not listen yet.
        }
        if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
          throw new IOException("the gateway did not start:\n" + Files.readString(log));
        }
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
