package io.flywheel.promises;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.flywheel.FlywheelServer;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.config.Settings;
import io.flywheel.testing.TestDatabase;
import io.flywheel.testing.TestServer;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The whole service in a process of its own, with the embedded database in a folder, to be killed.
 * Not thread-safe.
 */
final class ChildServer implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("gRPC on localhost:(\\d+)");
  private static final String SECRET = "a secret that is known to this test only";

  private final Process process;
  private final int port;

  private ChildServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts the service on a folder and returns when it takes calls. */
  static ChildServer start(Path folder) throws IOException {
    return start(arguments(folder), folder);
  }

  /** Starts the service and returns when it takes calls; its log goes to the folder. */
  static ChildServer start(List<String> arguments, Path folder) throws IOException {
    return start(512, arguments, folder);
  }

  /** Starts the service with so many MiB of heap. */
  static ChildServer start(int heapMib, List<String> arguments, Path folder) throws IOException {
    Path log = folder.resolve("server.log");
    Process process =
        new ProcessBuilder(command(heapMib, arguments))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher port = PORT.matcher(line);
      if (port.find()) {
        return new ChildServer(process, Integer.parseInt(port.group(1)));
      }
    }
    throw new AssertionError("the server did not start:\n" + Files.readString(log));
  }

  /** The command that starts the service with so many MiB of heap. */
  static List<String> command(int heapMib, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-Xmx" + heapMib + "m", "-cp", System.getProperty("java.class.path")));
    command.add("io.flywheel.Main");
    command.addAll(arguments);
    return command;
  }

  /** Starts the service on a folder in this process, for tests that look behind the API. */
  static FlywheelServer startHere(Path folder, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(arguments(folder));
    arguments.addAll(List.of(more));
    return FlywheelServer.start(Settings.of(arguments, Map.of()));
  }

  /** The embedded database of the server that runs on a folder. */
  static ProcessHandle database(Path folder) throws IOException {
    String pid = Files.readString(folder.resolve("mariadb.pid")).strip();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /** A connection of the platform's services of a merchant. */
  static ManagedChannel channel(int port, String merchantId) {
    Metadata credentials = new Metadata();
    credentials.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + token(merchantId));
    return NettyChannelBuilder.forAddress("127.0.0.1", port)
        .usePlaintext()
        .intercept(MetadataUtils.newAttachHeadersInterceptor(credentials))
        .build();
  }

  /** A connection of somebody without credentials. */
  ManagedChannel stranger() {
    return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
  }

  int port() {
    return port;
  }

  /** What no process can defend itself against; its database goes on. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  /** What makes a process work on the schema of a server. */
  static List<String> arguments(TestServer server) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--grpc.host=127.0.0.1",
                "--grpc.port=0",
                "--http.port=0",
                "--auth.jwt-secret=" + SECRET,
                "--database.pool-size=4"));
    arguments.addAll(TestDatabase.shared().settings(server.schema()));
    return arguments;
  }

  static List<String> arguments(Path folder) {
    return List.of(
        "--grpc.host=127.0.0.1",
        "--grpc.port=0",
        "--http.port=0",
        "--auth.jwt-secret=" + SECRET,
        "--database.data-dir=" + folder,
        // Recordings are years old.
        "--analytics.keep-minutes-for=3650d",
        "--analytics.keep-visits-for=3650d",
        "--points.keep-entries-for=3650d",
        "--fulfillment.keep-ended-for=3650d",
        "--task.keep-windows-for=3650d",
        "--database.embedded-programs=" + Path.of("target", "test-programs").toAbsolutePath(),
        "--database.embedded-buffer-pool-mib=64");
  }

  /** A token of the platform's services of a merchant. */
  static String token(String merchantId) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader(JWSAlgorithm.HS256),
              new JWTClaimsSet.Builder()
                  .subject("test")
                  .claim("merchant", merchantId)
                  .claim("role", Role.PLATFORM.name().toLowerCase(Locale.ROOT))
                  .expirationTime(Date.from(Instant.now().plus(Duration.ofDays(1))))
                  .build());
      token.sign(new MACSigner(SECRET));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
