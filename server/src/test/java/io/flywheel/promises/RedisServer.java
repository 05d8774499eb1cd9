package io.flywheel.promises;

import io.flywheel.testing.Tools;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A Redis in a process of its own, which keeps nothing, to be killed. Not thread-safe. */
final class RedisServer implements AutoCloseable {
  private static final List<Path> PROGRAMS =
      Stream.of("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")
          .flatMap(
              folder -> Stream.of("redis-server", "valkey-server").map(Path.of(folder)::resolve))
          .toList();

  private final Path program;
  private final Path folder;
  private final int port;
  private Process process;

  private RedisServer(Path program, Path folder) throws IOException {
    this.program = program;
    this.folder = folder;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    process = launch();
  }

  static RedisServer start(Path folder) throws IOException, InterruptedException {
    Optional<Path> program = PROGRAMS.stream().filter(Files::isExecutable).findFirst();
    Tools.need(program.isPresent(), "install redis-server 7 or valkey-server");
    RedisServer server = new RedisServer(program.orElseThrow(), folder);
    server.awaitAnswer();
    return server;
  }

  String url() {
    return "redis://127.0.0.1:" + port;
  }

  /** What no process can defend itself against. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  void startAgain() throws IOException, InterruptedException {
    process = launch();
    awaitAnswer();
  }

  @Override
  public void close() {
    kill();
  }

  private Process launch() throws IOException {
    return new ProcessBuilder(
            program.toString(),
            "--port",
            Integer.toString(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("redis.log").toFile()))
        .start();
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!answers()) {
      if (System.nanoTime() > deadline || !process.isAlive()) {
        throw new AssertionError("no Redis: " + Files.readString(folder.resolve("redis.log")));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
