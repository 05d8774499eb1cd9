package io.flywheel.platform.http;

import com.google.common.base.Splitter;
import com.google.rpc.Code;
import com.google.rpc.Status;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpResponseException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import org.jspecify.annotations.Nullable;

/** Says in JSON what failed before a call was found, or outside of one. Thread-safe. */
final class ErrorPages implements ServerErrorHandler {
  private final int maxMessageBytes;

  ErrorPages(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  @Override
  public @Nullable HttpResponse onServiceException(ServiceRequestContext ctx, Throwable cause) {
    if (cause instanceof HttpStatusException || cause instanceof HttpResponseException) {
      return null;
    } else if (cause instanceof RequestTimeoutException) {
      return page(HttpStatus.GATEWAY_TIMEOUT, null).toHttpResponse();
    } else if (Exceptions.isExpected(cause)
        || Exceptions.isStreamCancelling(cause)
        || ErrorTable.isCancellation(cause)) {
      return HttpResponse.of(HttpStatus.CLIENT_CLOSED_REQUEST); // whoever has gone reads it not
    }
    return JsonErrors.of(ErrorTable.classify(cause)).toHttpResponse();
  }

  @Override
  public AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext ctx,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    return page(status, headers);
  }

  private AggregatedHttpResponse page(HttpStatus status, @Nullable RequestHeaders headers) {
    String path = headers == null ? "" : Splitter.on('?').splitToList(headers.path()).get(0);
    MediaType type = headers == null ? null : headers.contentType();
    if (status.equals(HttpStatus.REQUEST_ENTITY_TOO_LARGE)) {
      return JsonErrors.of(tooLarge(maxMessageBytes));
    } else if (status.equals(HttpStatus.NOT_FOUND)) {
      return type != null && RpcEntrance.isFramed(type)
          ? RpcEntrance.refusal(type, unknown("no such method in this version"))
          : notFound(path);
    } else if (status.equals(HttpStatus.METHOD_NOT_ALLOWED)) {
      return notWithThisHttpMethod(path);
    }
    return JsonErrors.of(status, status(codeOf(status), status.reasonPhrase()));
  }

  static AggregatedHttpResponse notFound(String path) {
    return JsonErrors.of(HttpStatus.NOT_FOUND, unknown(path + ": nothing is served here"));
  }

  static AggregatedHttpResponse notWithThisHttpMethod(String path) {
    return JsonErrors.of(
        HttpStatus.METHOD_NOT_ALLOWED, unknown(path + ": not with this HTTP method"));
  }

  static ServiceException tooLarge(int maxMessageBytes) {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_TOO_LARGE,
        "the message is too large (expected: at most %d bytes)".formatted(maxMessageBytes));
  }

  private static ServiceException unknown(String message) {
    return ServiceException.of(ErrorReason.ERROR_REASON_UNKNOWN_METHOD, message);
  }

  private static Code codeOf(HttpStatus status) {
    return switch (status.code()) {
      case 400 -> Code.INVALID_ARGUMENT;
      case 401 -> Code.UNAUTHENTICATED;
      case 403 -> Code.PERMISSION_DENIED;
      case 408, 504 -> Code.DEADLINE_EXCEEDED;
      case 429, 431 -> Code.RESOURCE_EXHAUSTED;
      case 503 -> Code.UNAVAILABLE;
      default -> status.isClientError() ? Code.INVALID_ARGUMENT : Code.INTERNAL;
    };
  }

  private static Status status(Code code, String message) {
    return Status.newBuilder().setCode(code.getNumber()).setMessage(message).build();
  }
}
