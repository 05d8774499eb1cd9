package io.flywheel.client;

import io.flywheel.v1.WatchViewerResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Flywheel: blocking and asynchronous calls with credentials, deadlines, retries
 * and typed errors.
 *
 * <p>Any unary method of any service is called by its generated descriptor, as in {@code
 * client.call(CheckInServiceGrpc.getCheckInMethod(), request)}; generated stubs over {@link
 * #channel()} work too. Requests whose request_id is empty get a random one, which stays the same
 * however often the call is tried. Set it yourself where a call must have one effect even across
 * restarts of your process.
 *
 * <p>Thread-safe; make one for each process and close it at the end.
 */
public final class FlywheelClient implements AutoCloseable {
  private final ManagedChannel connection;
  private final ScheduledExecutorService timer;
  private final RetryPolicy retryPolicy;
  private final Duration deadline;
  private final @Nullable Credentials credentials;
  private final Channel channel;

  private FlywheelClient(
      ManagedChannel connection,
      ScheduledExecutorService timer,
      RetryPolicy retryPolicy,
      Duration deadline,
      @Nullable Credentials credentials) {
    this.connection = connection;
    this.timer = timer;
    this.retryPolicy = retryPolicy;
    this.deadline = deadline;
    this.credentials = credentials;
    List<ClientInterceptor> interceptors = new ArrayList<>();
    interceptors.add(new Retries(retryPolicy, deadline, timer, connection::resetConnectBackoff));
    if (credentials != null) {
      interceptors.add(credentials);
    }
    this.channel = ClientInterceptors.interceptForward(connection, interceptors);
  }

  /** A client to configure; the default is TLS to localhost:9090 without credentials. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Calls a unary method and waits for its answer.
   *
   * @throws FlywheelException if the call fails, also after its last try; with code CANCELLED if
   *     the thread is interrupted
   */
  public <ReqT, RespT> RespT call(MethodDescriptor<ReqT, RespT> method, ReqT request) {
    try {
      return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request);
    } catch (StatusRuntimeException e) {
      throw FlywheelException.from(e);
    }
  }

  /**
   * Calls a unary method. The future fails with a {@link FlywheelException}; cancelling it cancels
   * the call. Whatever is chained to it must not block.
   */
  public <ReqT, RespT> CompletableFuture<RespT> callAsync(
      MethodDescriptor<ReqT, RespT> method, ReqT request) {
    CompletableFuture<RespT> answer = new CompletableFuture<>();
    ClientCall<ReqT, RespT> call = channel.newCall(method, CallOptions.DEFAULT);
    ClientCalls.asyncUnaryCall(
        call,
        request,
        new StreamObserver<RespT>() {
          @Override
          public void onNext(RespT response) {
            answer.complete(response);
          }

          @Override
          public void onError(Throwable failure) {
            answer.completeExceptionally(FlywheelException.from(failure));
          }

          @Override
          public void onCompleted() {}
        });
    var unused =
        answer.whenComplete((response, failure) -> {
          if (answer.isCancelled()) {
            call.cancel("cancelled by the caller", null);
          }
        });
    return answer;
  }

  /**
   * Watches a viewer: the standing first, then what each action sets off, and the standing again
   * after the connection was lost and found.
   *
   * @param viewerId the viewer; empty: the caller itself
   * @param onUpdate gets the updates one after the other; while it blocks, the service holds
   *     updates back and sends the standing instead of what was missed
   */
  public ViewerWatch watchViewer(String viewerId, Consumer<WatchViewerResponse> onUpdate) {
    return watchViewer(viewerId, onUpdate, failure -> {});
  }

  /** As above; onBreak is told each time the watch was broken off and will be opened again. */
  public ViewerWatch watchViewer(
      String viewerId,
      Consumer<WatchViewerResponse> onUpdate,
      Consumer<FlywheelException> onBreak) {
    ViewerWatch watch = new ViewerWatch(this, viewerId, onUpdate, onBreak);
    watch.connect();
    return watch;
  }

  /** A sender of many events, to configure. */
  public EventStream.Builder eventStream() {
    return new EventStream.Builder(this);
  }

  /** The channel with credentials, deadlines and retries, for generated stubs. */
  public Channel channel() {
    return channel;
  }

  /** The same connection with another deadline for each call, all tries together. */
  public FlywheelClient withDeadline(Duration newDeadline) {
    return new FlywheelClient(connection, timer, retryPolicy, newDeadline, credentials);
  }

  /** The same connection for another caller. The supplier is used as by {@link Builder#tokens}. */
  public FlywheelClient withTokens(Supplier<String> tokens) {
    return new FlywheelClient(connection, timer, retryPolicy, deadline, Credentials.tokens(tokens));
  }

  /**
   * Closes the connection, also for every client that was derived from this one. Calls under way
   * have 5 seconds.
   */
  @Override
  public void close() {
    connection.shutdown();
    try {
      if (!connection.awaitTermination(5, TimeUnit.SECONDS)) {
        connection.shutdownNow();
      }
    } catch (InterruptedException e) {
      connection.shutdownNow();
      Thread.currentThread().interrupt();
    }
    timer.shutdown();
  }

  RetryPolicy retryPolicy() {
    return retryPolicy;
  }

  /**
   * Runs a task that opens a stream again, on a connection that does not wait for a pause of its
   * own.
   */
  void reopenAfter(Duration delay, Runnable open) {
    var unused =
        timer.schedule(
            () -> {
              connection.resetConnectBackoff();
              open.run();
            },
            delay.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  /** Configures a client. Not thread-safe. */
  public static final class Builder {
    private String target = "localhost:9090";
    private ChannelCredentials security = TlsChannelCredentials.create();
    private @Nullable Credentials credentials;
    private Duration deadline = Duration.ofSeconds(20);
    private RetryPolicy retryPolicy = RetryPolicy.standard();
    private @Nullable String userAgent;

    private Builder() {}

    /** Host and port, or any other gRPC target such as {@code dns:///flywheel.internal:9090}. */
    public Builder target(String newTarget) {
      target = newTarget;
      return this;
    }

    /** No TLS: for one machine, or behind a proxy that encrypts. */
    public Builder plaintext() {
      return channelCredentials(InsecureChannelCredentials.create());
    }

    /** TLS of your own, for example with your certificate authority or a client certificate. */
    public Builder channelCredentials(ChannelCredentials newSecurity) {
      security = newSecurity;
      return this;
    }

    /** A JWT that stays valid as long as this client. */
    public Builder token(String token) {
      return tokens(() -> token);
    }

    /**
     * Where JWTs come from. The supplier is asked before the first call, and again when the service
     * no longer accepts the token, upon which the call is tried once more. It may block and must
     * return a token that is valid.
     */
    public Builder tokens(Supplier<String> tokens) {
      credentials = Credentials.tokens(tokens);
      return this;
    }

    /** An API key of the platform's services, instead of tokens. */
    public Builder apiKey(String key) {
      credentials = Credentials.apiKey(key);
      return this;
    }

    /** How long a unary call may take, all tries together. Default 20 seconds. */
    public Builder deadline(Duration newDeadline) {
      deadline = newDeadline;
      return this;
    }

    /** Default {@link RetryPolicy#standard()}. */
    public Builder retryPolicy(RetryPolicy newPolicy) {
      retryPolicy = newPolicy;
      return this;
    }

    /** What the service's logs call this client, such as "shop-backend/1.4". */
    public Builder userAgent(String newUserAgent) {
      userAgent = newUserAgent;
      return this;
    }

    /** Makes the client. It connects with the first call. */
    public FlywheelClient build() {
      var channel =
          Grpc.newChannelBuilder(target, security)
              .disableRetry() // RetryPolicy alone decides.
              .keepAliveTime(
                  1, TimeUnit.MINUTES) // Streams notice a peer that vanished without a word.
              .maxInboundMessageSize(64 << 20); // The facts of 1,000 events may be more than 4 MiB.
      if (userAgent != null) {
        channel.userAgent(userAgent);
      }
      ScheduledExecutorService timer =
          Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "flywheel-client-timer");
            thread.setDaemon(true);
            return thread;
          });
      return new FlywheelClient(channel.build(), timer, retryPolicy, deadline, credentials);
    }
  }
}
