package io.flywheel.platform.auth;

import com.google.inject.Inject;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Options;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets a call through only with good credentials, and tells it who calls. Thread-safe. */
public final class AuthInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> API_KEY =
      Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER);

  private static final List<String> READING = List.of("Get", "List", "Watch");

  private final Authenticator authenticator;

  @Inject
  AuthInterceptor(Authenticator authenticator) {
    this.authenticator = authenticator;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Caller caller = authenticator.authenticate(headers.get(AUTHORIZATION), headers.get(API_KEY));
    if (caller.readOnly()) {
      requireReading(call.getMethodDescriptor().getBareMethodName());
    }
    if (!caller.maySeePeople()) {
      requireNoPeople(caller, call.getMethodDescriptor());
    }
    return Contexts.interceptCall(caller.attachTo(Context.current()), call, headers, next);
  }

  /** What a method answers is marked in the contract. */
  private static void requireNoPeople(Caller caller, MethodDescriptor<?, ?> method) {
    boolean isWithoutPeople =
        method.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier contract
            && contract.getMethodDescriptor().getOptions().getExtension(Options.withoutPeople);
    if (!isWithoutPeople) {
      throw caller.notAllowed(Role.HOST, Role.MERCHANT, Role.PLATFORM);
    }
  }

  /** Methods are called after what they do, and these do nothing but read. */
  private static void requireReading(@Nullable String method) {
    if (method == null || READING.stream().noneMatch(method::startsWith)) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_NOT_ALLOWED,
          "token: read_only (expected: a token that may write, for %s)".formatted(method));
    }
  }
}
