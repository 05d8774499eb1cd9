package io.flywheel.client;

import io.grpc.CallCredentials;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Adds a credential to each call. Its supplier is asked for another one when the service has
 * refused it, when it is about to end, and a minute ahead of that while calls go on with the old
 * one. Thread-safe; the supplier is asked by one thread at a time and may block.
 */
final class Credentials implements ClientInterceptor {
  private static final long REFRESH_AHEAD_MILLIS = 60_000;

  /** The supplier is asked so often at most while the old token is still good. */
  private static final long REFRESH_PAUSE_MILLIS = 5_000;

  /** A token that ends so soon is not used any more. */
  private static final long TOO_LATE_MILLIS = 5_000;

  private final Metadata.Key<String> header;
  private final String prefix;
  private final Supplier<String> supplier;
  private final Time time;
  private final Object asking = new Object();

  // All below is guarded by this.
  private @Nullable String latest;
  private long endsAtMillis = Long.MAX_VALUE;
  private long refreshedAtMillis = Long.MIN_VALUE / 2;

  private Credentials(String header, String prefix, Supplier<String> supplier, Time time) {
    this.header = Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER);
    this.prefix = prefix;
    this.supplier = supplier;
    this.time = time;
  }

  static Credentials tokens(Supplier<String> supplier, Time time) {
    return new Credentials("authorization", "Bearer ", supplier, time);
  }

  static Credentials apiKey(String key, Time time) {
    return new Credentials("x-api-key", "", () -> key, time);
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    if (options.getCredentials() != null) {
      return next.newCall(method, options);
    }
    OneCall credentials = new OneCall();
    return new SimpleForwardingClientCall<ReqT, RespT>(
        next.newCall(method, options.withCallCredentials(credentials))) {
      @Override
      public void start(Listener<RespT> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<RespT>(listener) {
              @Override
              public void onClose(Status status, Metadata trailers) {
                if (status.getCode() == Status.Code.UNAUTHENTICATED) {
                  forget(credentials.used);
                }
                super.onClose(status, trailers);
              }
            },
            headers);
      }
    };
  }

  /** The credential for a call now; asks the supplier for it where need be, which may block. */
  String current() {
    String usable = usable();
    return usable != null ? usable : ask(null);
  }

  private synchronized @Nullable String usable() {
    return endsAtMillis - time.nowMillis() < TOO_LATE_MILLIS ? null : latest;
  }

  /**
   * Whether it is time to look for the next token while this one is good; tells one caller only.
   */
  private synchronized boolean isDueAhead() {
    long now = time.nowMillis();
    boolean due =
        latest != null
            && endsAtMillis - now < REFRESH_AHEAD_MILLIS
            && now - refreshedAtMillis >= REFRESH_PAUSE_MILLIS;
    if (due) {
      refreshedAtMillis = now;
    }
    return due;
  }

  /** Asks the supplier, unless another thread has found another token than this one meanwhile. */
  private String ask(@Nullable String known) {
    synchronized (asking) {
      String usable = usable();
      if (usable != null && !usable.equals(known)) {
        return usable;
      }
      String token = supplier.get();
      keep(token);
      return token;
    }
  }

  private void askAhead(String known) {
    try {
      String unused = ask(known);
    } catch (RuntimeException e) {
      // The old token is still good; the call that finds it ended fails with the reason.
    }
  }

  private synchronized void keep(String token) {
    latest = token;
    long end = Claims.of(token).endsAtMillis();
    // Where a fresh token seems to be over, this device's clock is wrong; then only the service can
    // tell.
    endsAtMillis = end - time.nowMillis() < REFRESH_AHEAD_MILLIS ? Long.MAX_VALUE : end;
  }

  /** Forgets a credential that was refused, unless another call has replaced it meanwhile. */
  private synchronized void forget(@Nullable String refused) {
    if (refused != null && refused.equals(latest)) {
      latest = null;
    }
  }

  private final class OneCall extends CallCredentials {
    private volatile @Nullable String used;

    @Override
    public void applyRequestMetadata(
        RequestInfo request, Executor executor, MetadataApplier applier) {
      executor.execute(() -> {
        String credential;
        try {
          credential = current();
          used = credential;
          Metadata headers = new Metadata();
          headers.put(header, prefix + credential);
          applier.apply(headers);
        } catch (RuntimeException e) {
          applier.fail(
              // The app may find one later, when there is a network again.
              Status.UNAVAILABLE.withDescription("no token: " + e.getMessage()).withCause(e));
          return;
        }
        if (isDueAhead()) {
          askAhead(credential);
        }
      });
    }
  }
}
