package io.flywheel.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives each unary call a deadline and a request_id where it has none, and repeats it, with that
 * same request_id, by the {@link RetryPolicy}. Streams pass through. Thread-safe.
 */
final class Retries implements ClientInterceptor {
  private final RetryPolicy policy;
  private final long deadlineMillis;
  private final Time time;
  private final Randomness randomness;
  private final Supplier<String> ids;
  private final Runnable reconnect;

  /**
   * The last argument makes a broken connection connect at once instead of after a pause of its
   * own.
   */
  Retries(
      RetryPolicy policy,
      long deadlineMillis,
      Time time,
      Randomness randomness,
      Supplier<String> ids,
      Runnable reconnect) {
    this.policy = policy;
    this.deadlineMillis = deadlineMillis;
    this.time = time;
    this.randomness = randomness;
    this.ids = ids;
    this.reconnect = reconnect;
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    if (method.getType() != MethodDescriptor.MethodType.UNARY) {
      return next.newCall(method, options);
    }
    Deadline given = options.getDeadline();
    Deadline end = given != null ? given : Deadline.after(deadlineMillis, TimeUnit.MILLISECONDS);
    return new RetryingCall<>(
        end, attemptEnd -> next.newCall(method, options.withDeadline(attemptEnd)));
  }

  private interface Attempts<ReqT, RespT> {
    ClientCall<ReqT, RespT> begin(Deadline end);
  }

  /** Holds back everything that a try brings until it is known to be the last one. */
  private final class RetryingCall<ReqT, RespT> extends ClientCall<ReqT, RespT> {
    private final Deadline end;
    private final Attempts<ReqT, RespT> attempts;
    private @Nullable Listener<RespT> listener;
    private Metadata headers = new Metadata();
    private @Nullable ReqT request;
    private int failures;
    private boolean refreshed;
    // What cancel() must see; guarded by this.
    private boolean cancelled;
    private @Nullable ClientCall<ReqT, RespT> running;

    RetryingCall(Deadline end, Attempts<ReqT, RespT> attempts) {
      this.end = end;
      this.attempts = attempts;
    }

    @Override
    public void start(Listener<RespT> responseListener, Metadata requestHeaders) {
      listener = responseListener;
      headers = requestHeaders;
    }

    @Override
    public void request(int numMessages) {
      // Each try asks for the one answer itself.
    }

    @Override
    public void sendMessage(ReqT message) {
      request = RequestIds.fill(message, ids);
    }

    @Override
    public void halfClose() {
      attempt();
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
      ClientCall<ReqT, RespT> call;
      synchronized (this) {
        if (cancelled) {
          return;
        }
        cancelled = true;
        call = running;
      }
      if (call != null) {
        call.cancel(message, cause);
      } else if (listener != null) {
        listener.onClose(
            Status.CANCELLED.withDescription(message).withCause(cause), new Metadata());
      }
    }

    private void attemptAgain() {
      reconnect.run();
      attempt();
    }

    private void attempt() {
      Deadline attemptEnd = Deadline.after(policy.attemptTimeoutMillis(), TimeUnit.MILLISECONDS);
      ClientCall<ReqT, RespT> call;
      synchronized (this) {
        if (cancelled) {
          return;
        }
        call = attempts.begin(end.minimum(attemptEnd));
        running = call;
      }
      Metadata copy = new Metadata();
      copy.merge(headers);
      call.start(new Attempt(), copy);
      call.request(2); // One more than expected, so that a second answer is noticed.
      call.sendMessage(Objects.requireNonNull(request));
      call.halfClose();
    }

    /** Waits and tries again, if that makes sense. */
    private boolean retries(Status status, Metadata trailers) {
      FlywheelException failure = FlywheelException.from(status, trailers);
      failures++;
      long delayMillis;
      if (status.getCode() == Status.Code.UNAUTHENTICATED && !refreshed) {
        refreshed = true; // The token may have expired; the next try brings a fresh one.
        delayMillis = 0;
      } else if (RetryPolicy.isTransient(failure)) {
        delayMillis = policy.delayMillisAfter(failures, failure, randomness);
      } else {
        return false;
      }
      if (failures >= policy.maxAttempts()
          || delayMillis >= end.timeRemaining(TimeUnit.MILLISECONDS)) {
        return false;
      }
      synchronized (this) {
        if (cancelled) {
          return false;
        }
        try {
          Time.Task unused = time.after(delayMillis, this::attemptAgain);
        } catch (RejectedExecutionException clientClosed) {
          return false;
        }
        running = null;
      }
      return true;
    }

    private final class Attempt extends Listener<RespT> {
      private @Nullable Metadata responseHeaders;
      private @Nullable RespT response;

      @Override
      public void onHeaders(Metadata received) {
        responseHeaders = received;
      }

      @Override
      public void onMessage(RespT message) {
        response = message;
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        if (!status.isOk() && retries(status, trailers)) {
          return;
        }
        Listener<RespT> caller = Objects.requireNonNull(listener);
        if (responseHeaders != null) {
          caller.onHeaders(responseHeaders);
        }
        if (response != null) {
          caller.onMessage(response);
        }
        caller.onClose(status, trailers);
      }
    }
  }
}
