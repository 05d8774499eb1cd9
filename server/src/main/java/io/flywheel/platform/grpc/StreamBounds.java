package io.flywheel.platform.grpc;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.auth.Role;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the streams that one viewer has open, and ends a stream when the token does that it was
 * opened with: its client may come back with a fresh one. Thread-safe.
 */
@Singleton
final class StreamBounds implements ServerInterceptor, Lifecycle {
  /** A viewer's phone, browser and a few tabs, each with what it watches. */
  static final int MAX_OF_A_VIEWER = 8;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);
  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);

  private final Clock clock;
  private final Set<Stream<?>> streams = ConcurrentHashMap.newKeySet();
  private final ConcurrentHashMap<String, Integer> ofViewers = new ConcurrentHashMap<>();
  private volatile @Nullable Thread sweeper;

  @Inject
  StreamBounds(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Phase phase() {
    return Phase.NETWORK;
  }

  @Override
  public void start() {
    sweeper = Thread.ofPlatform().name("stream-bounds").daemon().start(this::sweep);
  }

  @Override
  public void stop() {
    Thread running = sweeper;
    if (running != null) {
      running.interrupt();
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (call.getMethodDescriptor().getType().serverSendsOneMessage()) {
      return next.startCall(call, headers);
    }
    Caller caller = Caller.current();
    String viewer =
        caller.role() == Role.VIEWER ? caller.merchantId() + "/" + caller.subject() : "";
    enter(viewer);
    try {
      Stream<Q> stream =
          new Stream<>(next.startCall(call, headers), call, viewer, caller.expiresAt());
      streams.add(stream);
      return stream;
    } catch (RuntimeException e) {
      leave(viewer);
      throw e;
    }
  }

  private void enter(String viewer) {
    if (!viewer.isEmpty() && ofViewers.merge(viewer, 1, Integer::sum) > MAX_OF_A_VIEWER) {
      leave(viewer);
      throw ServiceException.overloaded(RETRY_AFTER);
    }
  }

  private void leave(String viewer) {
    ofViewers.computeIfPresent(viewer, (key, open) -> open == 1 ? null : Integer.valueOf(open - 1));
  }

  private void sweep() {
    try {
      while (true) {
        Thread.sleep(SWEEP_INTERVAL);
        Instant now = clock.instant();
        streams.forEach(stream -> stream.endIfExpired(now));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the server stops
    }
  }

  private final class Stream<Q> extends SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, ?> call;
    private final String viewer;
    private final Instant expiresAt;
    private final AtomicBoolean left = new AtomicBoolean();
    private volatile boolean expired;

    Stream(ServerCall.Listener<Q> listener, ServerCall<Q, ?> call, String viewer, Instant end) {
      super(listener);
      this.call = call;
      this.viewer = viewer;
      this.expiresAt = end;
    }

    @Override
    public void onCancel() {
      end();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      end();
      // What ended with its token has not come to its end as far as the service knows.
      if (expired) {
        super.onCancel();
      } else {
        super.onComplete();
      }
    }

    private void end() {
      if (left.compareAndSet(false, true)) {
        streams.remove(this);
        leave(viewer);
      }
    }

    void endIfExpired(Instant now) {
      if (now.isBefore(expiresAt) || expired) {
        return;
      }
      expired = true;
      StatusRuntimeException status =
          ErrorTable.toStatus(
              ServiceException.of(
                  ErrorReason.ERROR_REASON_UNAUTHENTICATED,
                  "token: has expired; open the stream again with a fresh one"));
      call.close(status.getStatus(), ErrorTable.trailersOf(status));
    }
  }
}
