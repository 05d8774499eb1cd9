package io.flywheel.platform.grpc;

import com.google.inject.Inject;
import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Refuses requests that break the rules of their proto before a service sees them. Thread-safe. */
final class ValidationInterceptor implements ServerInterceptor {
  private final Validation validation;

  @Inject
  ValidationInterceptor(Validation validation) {
    this.validation = validation;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        validation.check((Message) message);
        super.onMessage(message);
      }
    };
  }
}
