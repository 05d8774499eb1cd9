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
 * Adds a credential to each call and asks its supplier for another one when the service has refused
 * it. Thread-safe; the supplier is asked by one thread at a time and may block.
 */
final class Credentials implements ClientInterceptor {
  private final Metadata.Key<String> header;
  private final String prefix;
  private final Supplier<String> supplier;
  private @Nullable String latest;

  private Credentials(String header, String prefix, Supplier<String> supplier) {
    this.header = Metadata.Key.of(header, Metadata.ASCII_STRING_MARSHALLER);
    this.prefix = prefix;
    this.supplier = supplier;
  }

  static Credentials tokens(Supplier<String> supplier) {
    return new Credentials("authorization", "Bearer ", supplier);
  }

  static Credentials apiKey(String key) {
    return new Credentials("x-api-key", "", () -> key);
  }

  @Override
  public <ReqT, RespT> ClientCall<ReqT, RespT> interceptCall(
      MethodDescriptor<ReqT, RespT> method, CallOptions options, Channel next) {
    if (options.getCredentials() != null) {
      return next.newCall(method, options);
    }
    OneCall credentials = new OneCall();
    return new SimpleForwardingClientCall<>(
        next.newCall(method, options.withCallCredentials(credentials))) {
      @Override
      public void start(Listener<RespT> listener, Metadata headers) {
        super.start(
            new SimpleForwardingClientCallListener<>(listener) {
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

  private synchronized String current() {
    if (latest == null) {
      latest = supplier.get();
    }
    return latest;
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
        try {
          String credential = current();
          used = credential;
          Metadata headers = new Metadata();
          headers.put(header, prefix + credential);
          applier.apply(headers);
        } catch (RuntimeException e) {
          applier.fail(
              Status.UNAUTHENTICATED.withDescription("no token: " + e.getMessage()).withCause(e));
        }
      });
    }
  }
}
