package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import io.flywheel.testing.Errors;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.ApplyProgramRequest;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.GetBalanceRequest;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.Liked;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.ProgramSource;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a merchant notices of another's storm, and of callers without credentials, on a server with
 * 256 MiB of heap. It needs a machine to itself, so that it runs only when {@code
 * -Dflywheel.test.storm-seconds=60} says how long each storm lasts; what was measured is printed.
 */
@EnabledIfSystemProperty(named = "flywheel.test.storm-seconds", matches = "[0-9]+")
final class NeighboursTest {
  private static final int SECONDS = Integer.getInteger("flywheel.test.storm-seconds", 4);

  /** A machine that builds and tests beside this stops for moments that no server can help. */
  private static final Duration NOISE = Duration.ofMillis(40);

  private final AtomicLong ids = new AtomicLong();
  @TempDir private Path folder;
  private volatile boolean storming;

  @Test
  void noStormTriplesWhatAnotherMerchantWaitsOrRefusesIt() throws Exception {
    int http = freePort();
    List<String> arguments = new ArrayList<>(ChildServer.arguments(folder));
    arguments.removeIf(argument -> argument.startsWith("--http."));
    arguments.add("--http.host=127.0.0.1");
    arguments.add("--http.port=" + http);
    try (ChildServer server = ChildServer.start(256, arguments, folder)) {
      ManagedChannel victim = prepared(server, "victim");
      ManagedChannel storm = prepared(server, "storm");
      measure(victim); // warm
      Duration idle = measure(victim);
      Map<String, Callable<Void>> storms = new TreeMap<>();
      byte[] keys = unknownKeys();
      storms.put("unknown keys without a token", () -> post(http, keys));
      storms.put("bodies that are only announced", () -> announce(http));
      storms.put("four streams of another merchant", () -> ingest(storm));
      storms.put("calls broken off", () -> breakOff(server));
      Map<String, Duration> waited = new TreeMap<>();
      for (Map.Entry<String, Callable<Void>> each : storms.entrySet()) {
        waited.put(each.getKey(), during(each.getValue(), () -> measure(victim)));
        System.out.printf("%s: p99 %s, idle %s%n", each.getKey(), waited.get(each.getKey()), idle);
      }
      Duration most = (idle.compareTo(NOISE) > 0 ? idle : NOISE).multipliedBy(3);
      waited.forEach((name, p99) -> assertThat(p99).as(name).isLessThanOrEqualTo(most));
      victim.shutdownNow();
      storm.shutdownNow();
    }
  }

  private <T> T during(Callable<Void> storm, Callable<T> work) throws Exception {
    storming = true;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        var unused =
            threads.submit(() -> {
              while (storming) {
                storm.call();
                Thread.sleep(20); // the storm's own work must not be what the victim waits for
              }
              return null;
            });
      }
      try {
        return work.call();
      } finally {
        storming = false;
      }
    }
  }

  /** The 99th percentile of a read and a write of the victim; a refusal fails. */
  private Duration measure(ManagedChannel victim) {
    List<Long> nanos = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() < end) {
      long started = System.nanoTime();
      var read =
          PointsServiceGrpc.newBlockingStub(victim)
              .getBalance(GetBalanceRequest.newBuilder().setViewerId("v").build());
      var written =
          PointsServiceGrpc.newBlockingStub(victim)
              .adjustPoints(
                  AdjustPointsRequest.newBuilder()
                      .setRequestId("r" + ids.incrementAndGet())
                      .setViewerId("v")
                      .setAmount(1)
                      .setReason("a test")
                      .build());
      nanos.add(System.nanoTime() - started);
    }
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    return Duration.ofNanos(sorted[sorted.length * 99 / 100]).truncatedTo(ChronoUnit.MILLIS);
  }

  private Void ingest(ManagedChannel storm) {
    IngestEventsRequest.Builder request = IngestEventsRequest.newBuilder();
    for (int i = 0; i < 1_000; i++) {
      long id = ids.incrementAndGet();
      request.addEvents(
          Event.newBuilder()
              .setEventId("e" + id)
              .setViewerId("v" + id % 5_000)
              .setRoomId("room")
              .setOccurredAt(LivePlatform.time(Instant.now()))
              .setLiked(Liked.newBuilder().setCount(1)));
    }
    try {
      var unused = EventServiceGrpc.newBlockingStub(storm).ingestEvents(request.build());
    } catch (StatusRuntimeException e) {
      assertThat(Errors.of(e).reason()).isEqualTo("OVERLOADED");
    }
    return null;
  }

  private Void post(int port, byte[] body) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write(head(body.length));
      socket.getOutputStream().write(body);
      assertThat(socket.getInputStream().readNBytes(12)).asString().isEqualTo("HTTP/1.1 401");
    } catch (IOException e) {
      // The server has answered before all of it was sent.
    }
    return null;
  }

  private Void announce(int port) throws IOException, InterruptedException {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 18; i++) {
        Socket socket = new Socket("127.0.0.1", port);
        sockets.add(socket);
        socket.getOutputStream().write(head(4 << 20));
        socket.getOutputStream().write('{');
      }
      while (storming) {
        Thread.sleep(20);
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    return null;
  }

  private Void breakOff(ChildServer server) {
    ManagedChannel channel = server.stranger();
    for (int i = 0; i < 50; i++) {
      PointsServiceGrpc.newFutureStub(channel)
          .getBalance(GetBalanceRequest.getDefaultInstance())
          .cancel(true);
    }
    channel.shutdownNow();
    return null;
  }

  private static byte[] head(int length) {
    return ("POST /v1/check-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            + "content-length: "
            + length
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] unknownKeys() {
    return IntStream.range(0, 380_000)
        .mapToObj("\"k%d\":1"::formatted)
        .collect(Collectors.joining(",", "{", "}"))
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static ManagedChannel prepared(ChildServer server, String merchant) {
    ManagedChannel channel = ChildServer.channel(server.port(), merchant);
    var unused =
        ProgramServiceGrpc.newBlockingStub(channel)
            .applyProgram(
                ApplyProgramRequest.newBuilder()
                    .setRequestId("apply")
                    .setSource(ProgramSource.newBuilder().setTemplate("growth-flywheel"))
                    .build());
    return channel;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
