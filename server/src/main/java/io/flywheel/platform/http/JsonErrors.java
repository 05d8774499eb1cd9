package io.flywheel.platform.http;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/** Errors as callers of JSON see them: a google.rpc.Status with its details, and an HTTP status. */
final class JsonErrors {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .usingTypeRegistry(
              TypeRegistry.newBuilder()
                  .add(ErrorInfo.getDescriptor())
                  .add(BadRequest.getDescriptor())
                  .add(RetryInfo.getDescriptor())
                  .build());

  private JsonErrors() {}

  static AggregatedHttpResponse of(ServiceException failure) {
    Status status = StatusProto.fromThrowable(ErrorTable.toStatus(failure));
    // A smaller message would be taken: waiting, as 429 suggests, would not help.
    return of(
        failure.reason() == ErrorReason.ERROR_REASON_TOO_LARGE
            ? HttpStatus.REQUEST_ENTITY_TOO_LARGE
            : httpStatus(Code.valueOf(ErrorTable.codeOf(failure.reason()).name())),
        status);
  }

  static AggregatedHttpResponse of(HttpStatus http, ServiceException failure) {
    return of(http, StatusProto.fromThrowable(ErrorTable.toStatus(failure)));
  }

  static AggregatedHttpResponse of(StatusRuntimeException failure) {
    return of(httpStatus(failure.getStatus().getCode()), StatusProto.fromThrowable(failure));
  }

  static AggregatedHttpResponse of(HttpStatus http, Status status) {
    ResponseHeadersBuilder headers =
        ResponseHeaders.builder(http)
            .contentType(MediaType.JSON_UTF_8)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    for (Any detail : status.getDetailsList()) {
      if (detail.is(RetryInfo.class)) {
        headers.setLong(HttpHeaderNames.RETRY_AFTER, retryAfterSeconds(detail));
      }
    }
    return AggregatedHttpResponse.of(headers.build(), HttpData.ofUtf8(print(status)));
  }

  /** The HTTP status that goes with a code of gRPC, as gateways map it. */
  static HttpStatus httpStatus(Code code) {
    return switch (code) {
      case OK -> HttpStatus.OK;
      case CANCELLED -> HttpStatus.CLIENT_CLOSED_REQUEST;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> HttpStatus.BAD_REQUEST;
      case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
      case PERMISSION_DENIED -> HttpStatus.FORBIDDEN;
      case NOT_FOUND -> HttpStatus.NOT_FOUND;
      case ALREADY_EXISTS, ABORTED -> HttpStatus.CONFLICT;
      case RESOURCE_EXHAUSTED -> HttpStatus.TOO_MANY_REQUESTS;
      case UNIMPLEMENTED -> HttpStatus.NOT_IMPLEMENTED;
      case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
      case DEADLINE_EXCEEDED -> HttpStatus.GATEWAY_TIMEOUT;
      case UNKNOWN, INTERNAL, DATA_LOSS -> HttpStatus.INTERNAL_SERVER_ERROR;
    };
  }

  private static long retryAfterSeconds(Any detail) {
    try {
      // Rounded up: whoever comes back too early is refused again.
      return (Durations.toMillis(detail.unpack(RetryInfo.class).getRetryDelay()) + 999) / 1000;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String print(Status status) {
    try {
      return PRINTER.print(status);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }
}
