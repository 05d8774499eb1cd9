package io.flywheel.platform.grpc;

import com.google.inject.Inject;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Measures how long calls take, by method and status. Thread-safe. */
final class MetricsInterceptor implements ServerInterceptor {
  private record Outcome(String method, Status.Code code) {}

  private final MeterRegistry registry;
  private final Map<Outcome, Timer> timers = new ConcurrentHashMap<>();

  @Inject
  MetricsInterceptor(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    long started = System.nanoTime();
    return next.startCall(
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            timer(call.getMethodDescriptor().getFullMethodName(), status.getCode())
                .record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
            super.close(status, trailers);
          }
        },
        headers);
  }

  private Timer timer(String method, Status.Code code) {
    return timers.computeIfAbsent(
        new Outcome(method, code),
        outcome ->
            Timer.builder("grpc.server.calls")
                .description("Calls that were answered, and how long they took")
                .tag("method", outcome.method())
                .tag("code", outcome.code().name())
                .register(registry));
  }
}
