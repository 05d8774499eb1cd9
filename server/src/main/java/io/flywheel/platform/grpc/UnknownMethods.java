package io.flywheel.platform.grpc;

import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Answers calls of methods that nobody serves. */
final class UnknownMethods extends HandlerRegistry {
  private static final MethodDescriptor.Marshaller<InputStream> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(InputStream value) {
          return value;
        }

        @Override
        public InputStream parse(InputStream stream) {
          return stream;
        }
      };

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
    MethodDescriptor<InputStream, InputStream> method =
        MethodDescriptor.newBuilder(BYTES, BYTES)
            .setFullMethodName(name)
            .setType(MethodDescriptor.MethodType.UNKNOWN)
            .build();
    return ServerMethodDefinition.create(
        method,
        (call, headers) -> {
          StatusRuntimeException status = ErrorTable.toStatus(unknown(name));
          call.close(status.getStatus(), ErrorTable.trailersOf(status));
          return new ServerCall.Listener<>() {};
        });
  }

  static ServiceException unknown(String method) {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_UNKNOWN_METHOD, method + ": no such method in this version");
  }
}
