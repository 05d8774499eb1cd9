package io.flywheel.bench;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * The same members in a sorted set of Redis, asked directly: no names, no caller who is looked at,
 * ties by the members' ids. Measured where a {@code redis-server} is on the path. Used by one
 * thread.
 */
final class RedisRanks implements AutoCloseable {
  private static final int CALLERS = 64;
  private static final int ADDED_AT_ONCE = 1_000;
  private static final int SCORES = 100_000;
  private static final String KEY = "board";
  private static final Duration READY_LIMIT = Duration.ofSeconds(20);

  private final Process process;
  private final int port;

  private RedisRanks(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Measures, if there is a Redis. */
  static void measure(Population population, Duration each, Report report) throws Exception {
    Optional<Path> program = program();
    if (program.isEmpty()) {
      report.note("no redis-server is on the path, so it is not measured");
      return;
    }
    report.part("Redis with %,d members, called directly".formatted(population.size()));
    try (RedisRanks redis = start(program.get())) {
      redis.fill(population);
      report.figure("ZREVRANGE 0 99 WITHSCORES", redis.rate(population, each, true), "calls/s");
      report.figure("ZREVRANK", redis.rate(population, each, false), "calls/s");
      Usage.residentMib(redis.process.toHandle())
          .ifPresent(mib ->
              report.figure("Redis RSS a member", mib * 1024 * 1024 / population.size(), "bytes"));
    }
  }

  private static Optional<Path> program() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .map(folder -> Path.of(folder, "redis-server"))
        .filter(file -> file.toFile().canExecute())
        .findFirst();
  }

  private static RedisRanks start(Path program) throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--bind",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--save",
                "",
                "--appendonly",
                "no")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    long end = System.nanoTime() + READY_LIMIT.toNanos();
    while (true) {
      try {
        new Connection(port).close();
        return new RedisRanks(process, port);
      } catch (IOException e) {
        if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > end) {
          process.destroyForcibly();
          throw e;
        }
      }
    }
  }

  private void fill(Population population) throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    try (Connection connection = new Connection(port)) {
      for (int from = 0; from < population.size(); from += ADDED_AT_ONCE) {
        List<String> command = new ArrayList<>(List.of("ZADD", KEY));
        for (int i = from; i < Math.min(population.size(), from + ADDED_AT_ONCE); i++) {
          command.add(Integer.toString(1 + random.nextInt(SCORES)));
          command.add(population.viewerId(i));
        }
        connection.call(command);
      }
    }
  }

  private double rate(Population population, Duration each, boolean top) throws Exception {
    LongAdder calls = new LongAdder();
    long start = System.nanoTime();
    long end = start + each.toNanos();
    Parallel.run(
        CALLERS,
        caller ->
            () -> {
              SplittableRandom random = new SplittableRandom(caller);
              try (Connection connection = new Connection(port)) {
                while (System.nanoTime() < end) {
                  connection.call(
                      top
                          ? List.of("ZREVRANGE", KEY, "0", "99", "WITHSCORES")
                          : List.of(
                              "ZREVRANK",
                              KEY,
                              population.viewerId(random.nextInt(population.size()))));
                  calls.increment();
                }
              }
              return caller;
            });
    return calls.sum() / ((System.nanoTime() - start) / 1e9);
  }

  @Override
  public void close() {
    ServerProcess.stop(process.toHandle());
  }

  /** A connection that speaks Redis' protocol. Used by one thread. */
  private static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    Connection(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      out = new BufferedOutputStream(socket.getOutputStream());
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    /** Calls, and passes over the answer. */
    void call(List<String> command) throws IOException {
      StringBuilder text = new StringBuilder("*").append(command.size()).append("\r\n");
      command.forEach(part ->
          text.append('$').append(part.length()).append("\r\n").append(part).append("\r\n"));
      out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
      out.flush();
      pass();
    }

    private void pass() throws IOException {
      String line = line();
      String value = line.substring(1);
      switch (line.charAt(0)) {
        case '-' -> throw new IOException("Redis: " + value);
        case '$' -> in.skipNBytes(Math.max(0, Long.parseLong(value) + 2));
        case '*' -> {
          for (int left = Integer.parseInt(value); left > 0; left--) {
            pass();
          }
        }
        default -> {} // a number or a word
      }
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
        if (next != '\r') {
          line.append((char) next);
        }
      }
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
