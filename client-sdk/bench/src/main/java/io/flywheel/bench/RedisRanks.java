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

  /** Measures what the boards were measured by, if there is a Redis. */
  static void measure(Boards boards, Duration each, Report report) throws Exception {
    Population population = boards.population();
    report.part("Redis with %,d members, called directly".formatted(population.size()));
    Optional<Path> program = program();
    if (program.isEmpty()) {
      report.missing("the same ranks by Redis: no redis-server is on the path");
      return;
    }
    try (RedisRanks redis = start(program.get())) {
      redis.fill(population);
      double unused = redis.rate(population, each.dividedBy(2), Boards.Kind.RANK);
      for (Boards.Kind kind : Boards.Kind.values()) {
        double rate = redis.rate(population, each, kind);
        report.figure(commands(kind), rate, "calls/s");
        report.figure(
            "%s / %s".formatted(kind.title(), commands(kind)), boards.rate(kind) / rate, "");
      }
      Usage.residentMib(redis.process.toHandle())
          .ifPresent(mib ->
              report.figure("Redis RSS a member", mib * 1024 * 1024 / population.size(), "bytes"));
    }
  }

  private static String commands(Boards.Kind kind) {
    return switch (kind) {
      case TOP -> "ZREVRANGE 0 99";
      case RANK -> "ZREVRANK";
      case AROUND -> "ZREVRANK, then ZREVRANGE of 21";
    };
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
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "stop-redis"));
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
        long unused = connection.call(command);
      }
    }
  }

  /** How many answers there are a second, of 64 callers with a connection each. */
  private double rate(Population population, Duration each, Boards.Kind kind) throws Exception {
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
                  long unused =
                      ask(connection, kind, population.viewerId(random.nextInt(population.size())));
                  calls.increment();
                }
              }
              return caller;
            });
    return calls.sum() / ((System.nanoTime() - start) / 1e9);
  }

  /** Asks for what a kind of call shows; what stands around a rank takes two commands. */
  private static long ask(Connection connection, Boards.Kind kind, String member)
      throws IOException {
    if (kind == Boards.Kind.TOP) {
      return connection.call(List.of("ZREVRANGE", KEY, "0", "99", "WITHSCORES"));
    }
    long rank = connection.call(List.of("ZREVRANK", KEY, member));
    return kind == Boards.Kind.RANK
        ? rank
        : connection.call(
            List.of(
                "ZREVRANGE",
                KEY,
                Long.toString(Math.max(0, rank - 10)),
                Long.toString(rank + 10),
                "WITHSCORES"));
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

    /**
     * Calls, and passes over the answer.
     *
     * @return the number that is answered, or how many lines or bytes are
     */
    long call(List<String> command) throws IOException {
      StringBuilder text = new StringBuilder("*").append(command.size()).append("\r\n");
      command.forEach(part ->
          text.append('$').append(part.length()).append("\r\n").append(part).append("\r\n"));
      out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
      out.flush();
      return pass();
    }

    private long pass() throws IOException {
      String line = line();
      String value = line.substring(1);
      char kind = line.charAt(0);
      if (kind == '-') {
        throw new IOException("Redis: " + value);
      }
      long number = Long.parseLong(value);
      if (kind == '$' && number >= 0) {
        in.skipNBytes(number + 2);
      }
      for (long left = kind == '*' ? number : 0; left > 0; left--) {
        long unused = pass();
      }
      return number;
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
