package io.flywheel.platform.grpc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands before everything that a call passes through: whatever fails behind it becomes a status by
 * the one table, and streams end when the server stops. Thread-safe.
 */
final class GuardInterceptor implements ServerInterceptor {
  private final Set<GuardedCall<?, ?>> streams = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    GuardedCall<Q, A> guarded = new GuardedCall<>(call);
    boolean stream = !call.getMethodDescriptor().getType().serverSendsOneMessage();
    if (stream) {
      streams.add(guarded);
    }
    ServerCall.Listener<Q> listener = new ServerCall.Listener<>() {};
    if (stream && stopping) {
      guarded.fail(shuttingDown());
      return new GuardedListener<>(listener, guarded);
    }
    try {
      listener = next.startCall(guarded, headers);
    } catch (RuntimeException e) {
      guarded.fail(e);
    }
    return new GuardedListener<>(listener, guarded);
  }

  /**
   * Ends the streams, which would never end by themselves, and lets no further ones begin; their
   * clients may turn to another node.
   */
  void endStreams() {
    stopping = true;
    for (GuardedCall<?, ?> stream : streams) {
      stream.fail(shuttingDown());
    }
  }

  private static ServiceException shuttingDown() {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_SHUTTING_DOWN, "the service is shutting down");
  }

  /** A call that is closed once; safe against being failed by another thread. */
  private static final class GuardedCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
    @GuardedBy("this")
    private boolean closed;

    private volatile boolean failed;

    GuardedCall(ServerCall<Q, A> call) {
      super(call);
    }

    void fail(Throwable failure) {
      failed = true;
      close(Status.fromThrowable(failure).withCause(failure), new Metadata());
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
      if (!closed) {
        super.sendHeaders(headers);
      }
    }

    @Override
    public synchronized void sendMessage(A message) {
      if (!closed) {
        super.sendMessage(message);
      }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (closed) {
        return;
      }
      closed = true;
      ServiceException known =
          trailers.containsKey(ErrorTable.DETAILS)
              ? null
              : explain(status, getMethodDescriptor().getFullMethodName());
      if (known == null) {
        super.close(status, trailers);
      } else {
        StatusRuntimeException explained = ErrorTable.toStatus(known);
        super.close(explained.getStatus(), ErrorTable.trailersOf(explained));
      }
    }

    private static boolean isCancelled(Status status) {
      return status.getCode() == Status.Code.CANCELLED
          || (status.getCause() != null && ErrorTable.isCancellation(status.getCause()));
    }

    private static @Nullable ServiceException explain(Status status, String method) {
      Throwable cause = status.getCause();
      if (status.isOk() || isCancelled(status)) {
        return null; // whoever has gone needs no reason
      } else if (status.getCode() == Status.Code.UNIMPLEMENTED) {
        return UnknownMethods.unknown(method);
      }
      return cause == null ? null : ErrorTable.classify(cause);
    }
  }

  private final class GuardedListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final GuardedCall<Q, ?> call;

    GuardedListener(ServerCall.Listener<Q> listener, GuardedCall<Q, ?> call) {
      super(listener);
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      guard(() -> super.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guard(super::onHalfClose);
    }

    @Override
    public void onReady() {
      guard(super::onReady);
    }

    @Override
    public void onCancel() {
      end();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      end();
      // What the guard closed has not come to its end as far as the service knows.
      if (call.failed) {
        super.onCancel();
      } else {
        super.onComplete();
      }
    }

    private void guard(Runnable step) {
      if (call.failed) {
        return;
      }
      try {
        step.run();
      } catch (RuntimeException e) {
        call.fail(isMalformed(e) ? MessageBounds.malformed() : e);
      }
    }

    private void end() {
      streams.remove(call);
    }

    /** The bytes are no message of the method's type, or can't be decompressed. */
    private static boolean isMalformed(RuntimeException failure) {
      return failure instanceof StatusRuntimeException
          && failure.getCause() instanceof InvalidProtocolBufferException;
    }
  }
}
