package io.flywheel.bench;

import io.flywheel.client.FlywheelClient;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/**
 * A call that does nothing, for what a call costs before anything is done: the health check, with
 * its empty request. Not to be instantiated.
 */
final class EmptyCalls {
  private static final int CALLERS = 64;
  private static final MethodDescriptor<byte[], byte[]> HEALTH_CHECK =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("grpc.health.v1.Health/Check")
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private EmptyCalls() {}

  static void measure(List<FlywheelClient> clients, Duration duration, Report report)
      throws Exception {
    report.part("an empty gRPC call, " + clients.size() + " connections");
    call(clients, CALLERS, duration.dividedBy(2), new Latencies());
    Latencies alone = new Latencies();
    call(clients, 1, duration, alone);
    alone.report(report, "1 caller");
    Latencies loaded = new Latencies();
    double rate = call(clients, CALLERS, duration, loaded);
    report.figure(CALLERS + " callers", rate, "calls/s");
    loaded.report(report, CALLERS + " callers");
  }

  /** Makes one and waits for its answer. */
  static void call(FlywheelClient client) {
    client.call(HEALTH_CHECK, new byte[0]);
  }

  private static double call(
      List<FlywheelClient> clients, int callers, Duration duration, Latencies latencies)
      throws Exception {
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    Parallel.run(
        callers,
        caller ->
            () -> {
              FlywheelClient client = clients.get(caller % clients.size());
              while (System.nanoTime() < end) {
                long before = System.nanoTime();
                call(client);
                latencies.record(System.nanoTime() - before, false);
              }
              return caller;
            });
    return latencies.count() / ((System.nanoTime() - start) / 1e9);
  }

  /** Passes bytes as they are. */
  static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
