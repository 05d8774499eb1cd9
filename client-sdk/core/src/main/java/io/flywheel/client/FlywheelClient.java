package io.flywheel.client;

import io.flywheel.v1.WatchViewerRequest;
import io.flywheel.v1.WatchViewerResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to Flywheel: typed calls, blocking, asynchronous or for a listener, with
 * credentials, deadlines, retries and typed errors, as in {@code
 * flywheel.checkIn().checkIn(request)}.
 *
 * <p>Requests whose request_id is empty get one, which stays the same however often the call is
 * tried. Set it yourself where a call must have one effect even across restarts of your process.
 *
 * <p>Blocking calls throw {@link FlywheelException} if the call fails, also after its last try;
 * with code CANCELLED if the thread is interrupted. Futures fail with one; cancelling a future
 * cancels the call, and whatever is chained to it must not block. Listeners are called by the
 * client's {@link Builder#callbacks}.
 *
 * <p>Thread-safe; make one for each process and close it at the end.
 */
public final class FlywheelClient extends FlywheelCalls implements AutoCloseable {
  private final Shared shared;
  private final long deadlineMillis;
  private final @Nullable Credentials credentials;
  private final Channel channel;

  private FlywheelClient(Shared shared, long deadlineMillis, @Nullable Credentials credentials) {
    this.shared = shared;
    this.deadlineMillis = deadlineMillis;
    this.credentials = credentials;
    List<ClientInterceptor> interceptors = new ArrayList<>();
    interceptors.add(
        new Retries(
            shared.retryPolicy,
            deadlineMillis,
            shared.time,
            shared.randomness,
            shared.ids::newId,
            shared.connection::resetConnectBackoff));
    if (credentials != null) {
      interceptors.add(credentials);
    }
    this.channel = ClientInterceptors.interceptForward(shared.connection, interceptors);
  }

  /** A client to configure; the default is TLS to localhost:9090 without credentials. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Calls any unary method of any service and waits for its answer.
   *
   * @throws FlywheelException if the call fails, also after its last try; with code CANCELLED if
   *     the thread is interrupted
   */
  @Override
  public <Q, R> R call(MethodDescriptor<Q, R> method, Q request) {
    try {
      return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request);
    } catch (StatusRuntimeException e) {
      throw FlywheelException.from(e);
    }
  }

  /**
   * Calls any unary method of any service. The future fails with a {@link FlywheelException};
   * cancelling it cancels the call. Whatever is chained to it must not block.
   */
  @Override
  public <Q, R> CompletableFuture<R> callAsync(MethodDescriptor<Q, R> method, Q request) {
    CompletableFuture<R> answer = new CompletableFuture<>();
    ClientCall<Q, R> call =
        begin(
            method,
            request,
            new Answer<R>() {
              @Override
              public void onAnswer(R response) {
                answer.complete(response);
              }

              @Override
              public void onFailure(FlywheelException failure) {
                answer.completeExceptionally(failure);
              }
            });
    CompletableFuture<R> unused =
        answer.whenComplete((response, failure) -> {
          if (answer.isCancelled()) {
            call.cancel("cancelled by the caller", null);
          }
        });
    return answer;
  }

  /** Calls any unary method of any service for a listener. */
  @Override
  public <Q, R> Call call(MethodDescriptor<Q, R> method, Q request, Answer<R> answer) {
    ClientCall<Q, R> call = begin(method, request, new Told<>(shared.callbacks, answer));
    return () -> call.cancel("cancelled by the caller", null);
  }

  /** Watches by any method that streams answers, update after update. */
  @Override
  public <Q, R> Updates<R> updates(MethodDescriptor<Q, R> method, Q request) {
    return Updates.open(this, method, request);
  }

  /** Watches by any method that streams answers, for a listener. */
  @Override
  public <Q, R> Watch<R> watch(
      MethodDescriptor<Q, R> method, Q request, WatchListener<R> listener) {
    return Watch.open(this, method, request, listener);
  }

  /** Opens any method that streams both ways. */
  @Override
  public <Q, R> Exchange<Q> exchange(MethodDescriptor<Q, R> method, Answer<R> answers) {
    return new OpenExchange<>(
        channel.newCall(method, CallOptions.DEFAULT), new Told<>(shared.callbacks, answers));
  }

  /**
   * Watches a viewer: the standing first, then what each action sets off, and the standing again
   * after the connection was lost and found.
   *
   * @param viewerId the viewer; empty: the caller itself
   * @param onUpdate gets the updates one after the other; while it blocks, the service holds
   *     updates back and sends the standing instead of what was missed
   */
  public Watch<WatchViewerResponse> watchViewer(
      String viewerId, Consumer<WatchViewerResponse> onUpdate) {
    return watchViewer(viewerId, onUpdate, failure -> {});
  }

  /** As above; onBreak is told each time the watch was broken off and will be opened again. */
  public Watch<WatchViewerResponse> watchViewer(
      String viewerId,
      Consumer<WatchViewerResponse> onUpdate,
      Consumer<FlywheelException> onBreak) {
    return viewer()
        .watchViewer(
            WatchViewerRequest.newBuilder().setViewerId(viewerId).build(),
            new WatchListener<WatchViewerResponse>() {
              @Override
              public void onUpdate(WatchViewerResponse update) {
                onUpdate.accept(update);
              }

              @Override
              public void onBreak(FlywheelException failure) {
                onBreak.accept(failure);
              }
            });
  }

  /** A stay in a room, to configure. */
  public RoomSession.Builder joinRoom(String roomId) {
    return new RoomSession.Builder(this, roomId);
  }

  /**
   * Tells whether the app is in front. While it is not, no heartbeats are sent and watches rest,
   * which is what saves a phone's battery; calls and likes go out all the same. Default true.
   */
  public void setInFront(boolean inFront) {
    shared.surroundings.setInFront(inFront);
  }

  /** The channel with credentials, deadlines and retries, for generated stubs. */
  public Channel channel() {
    return channel;
  }

  /** The same connection with another deadline for each call, all tries together. */
  public FlywheelClient withDeadline(long deadline, TimeUnit unit) {
    return new FlywheelClient(shared, unit.toMillis(deadline), credentials);
  }

  /** The same connection for another caller. The supplier is used as by {@link Builder#tokens}. */
  public FlywheelClient withTokens(Supplier<String> tokens) {
    return new FlywheelClient(shared, deadlineMillis, Credentials.tokens(tokens, shared.time));
  }

  /**
   * Closes the connection, also for every client that was derived from this one. Calls under way
   * have 5 seconds.
   */
  @Override
  public void close() {
    shared.surroundings.close();
    shared.connection.shutdown();
    try {
      if (!shared.connection.awaitTermination(5, TimeUnit.SECONDS)) {
        shared.connection.shutdownNow();
      }
    } catch (InterruptedException e) {
      shared.connection.shutdownNow();
      Thread.currentThread().interrupt();
    }
    shared.time.stop();
    shared.promises.close();
  }

  private <Q, R> ClientCall<Q, R> begin(
      MethodDescriptor<Q, R> method, Q request, Answer<R> answer) {
    ClientCall<Q, R> call = channel.newCall(method, CallOptions.DEFAULT);
    ClientCalls.asyncUnaryCall(
        call,
        request,
        new StreamObserver<R>() {
          @Override
          public void onNext(R response) {
            answer.onAnswer(response);
          }

          @Override
          public void onError(Throwable failure) {
            answer.onFailure(FlywheelException.from(failure));
          }

          @Override
          public void onCompleted() {}
        });
    return call;
  }

  /**
   * Runs a task that opens a stream again, on a connection that does not wait for a pause of its
   * own.
   */
  void reopenAfter(long delayMillis, Runnable open) {
    Pause.begin(
        shared.time,
        shared.surroundings,
        delayMillis,
        () -> {
          shared.connection.resetConnectBackoff();
          open.run();
        });
  }

  long delayAfter(int failures, FlywheelException failure) {
    return shared.retryPolicy.delayMillisAfter(failures, failure, shared.randomness);
  }

  Time time() {
    return shared.time;
  }

  /** A future that fails when the client is closed before it was completed. */
  <R> CompletableFuture<R> promise() {
    return shared.promises.make();
  }

  Executor callbacks() {
    return shared.callbacks;
  }

  Surroundings surroundings() {
    return shared.surroundings;
  }

  Storage storage() {
    return shared.storage;
  }

  String newId() {
    return shared.ids.newId();
  }

  /** The keys of the storage that an open session writes to: each of them has one writer. */
  Set<String> occupiedKeys() {
    return shared.occupiedKeys;
  }

  /** Merchant and viewer as the token names them; null where it does not. May block. */
  @Nullable String bearer() {
    return credentials == null ? null : Claims.of(credentials.current()).bearer();
  }

  /** What derived clients have in common. */
  private static final class Shared {
    private final ManagedChannel connection;
    private final RetryPolicy retryPolicy;
    private final Time time;
    private final Randomness randomness;
    private final IdSource ids;
    private final Surroundings surroundings;
    private final Storage storage;
    private final Executor callbacks;
    private final Set<String> occupiedKeys = ConcurrentHashMap.newKeySet();
    private final Promises promises = new Promises();

    Shared(Builder settings, ManagedChannel connection, Time time) {
      this.connection = connection;
      this.retryPolicy = settings.retryPolicy;
      this.time = time;
      this.randomness = settings.randomness;
      this.ids = new IdSource(time::nowMillis, settings.randomness);
      this.surroundings = new Surroundings(settings.network);
      this.storage = settings.storage;
      this.callbacks = settings.callbacks;
      Network.Listening unused =
          surroundings.onChange(() -> {
            if (settings.network.isThere()) {
              // What was connected over another network, or before the app went behind, may be dead
              // without a word; and behind, no connection is kept.
              connection.enterIdle();
            }
          });
    }
  }

  /** Configures a client. Not thread-safe. */
  public static final class Builder {
    private String target = "localhost:9090";
    private ChannelCredentials security = TlsChannelCredentials.create();
    private Transport transport = StandardTransport.INSTANCE;
    private @Nullable Supplier<String> tokens;
    private @Nullable String apiKey;
    private long deadlineMillis = 20_000;
    private RetryPolicy retryPolicy = RetryPolicy.standard();
    private @Nullable String userAgent;
    private @Nullable Time time;
    private Randomness randomness = new SecureRandom()::nextBytes;
    private Network network = Network.unknown();
    private Storage storage = new MemoryStorage();
    private Executor callbacks = Runnable::run;

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

    /** Another transport than the SDK's own, for example Cronet's. */
    public Builder transport(Transport newTransport) {
      transport = newTransport;
      return this;
    }

    /** A JWT that stays valid as long as this client. */
    public Builder token(String token) {
      return tokens(() -> token);
    }

    /**
     * Where JWTs come from. The supplier is asked before the first call, a minute before the token
     * ends, and again when the service no longer accepts it, upon which the call is tried once
     * more. It may block and must return a token that is valid.
     */
    public Builder tokens(Supplier<String> newTokens) {
      tokens = newTokens;
      apiKey = null;
      return this;
    }

    /** An API key of the platform's services, instead of tokens. */
    public Builder apiKey(String key) {
      apiKey = key;
      tokens = null;
      return this;
    }

    /** How long a unary call may take, all tries together. Default 20 seconds. */
    public Builder deadline(long deadline, TimeUnit unit) {
      deadlineMillis = unit.toMillis(deadline);
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

    /** The clock and the timer. Default: the machine's, with one daemon thread. */
    public Builder time(Time newTime) {
      time = newTime;
      return this;
    }

    /** Default: {@link SecureRandom}. */
    public Builder randomness(Randomness newRandomness) {
      randomness = newRandomness;
      return this;
    }

    /** Tells of the device's network. Default: {@link Network#unknown()}. */
    public Builder network(Network newNetwork) {
      network = newNetwork;
      return this;
    }

    /**
     * Where likes are kept until they are delivered. Default: memory, which ends with the process;
     * an app wants a {@link FileStorage}.
     */
    public Builder storage(Storage newStorage) {
      storage = newStorage;
      return this;
    }

    /**
     * By whom listeners are called, on Android for example {@code context.getMainExecutor()} or
     * {@code handler::post}. Default: by the connection's own threads, which must not be blocked
     * for long.
     */
    public Builder callbacks(Executor executor) {
      callbacks = executor;
      return this;
    }

    /** Makes the client. It connects with the first call. */
    public FlywheelClient build() {
      ManagedChannelBuilder<?> channel =
          transport
              .channelTo(target, security)
              .disableRetry() // RetryPolicy alone decides.
              .keepAliveTime(
                  1, TimeUnit.MINUTES) // Streams notice a peer that vanished without a word.
              .maxInboundMessageSize(64 << 20); // The facts of 1,000 events may be more than 4 MiB.
      if (userAgent != null) {
        channel.userAgent(userAgent);
      }
      Time usedTime = time == null ? new SystemTime() : time;
      Credentials credentials = null;
      if (tokens != null) {
        credentials = Credentials.tokens(tokens, usedTime);
      } else if (apiKey != null) {
        credentials = Credentials.apiKey(apiKey, usedTime);
      }
      return new FlywheelClient(
          new Shared(this, channel.build(), usedTime), deadlineMillis, credentials);
    }
  }
}
