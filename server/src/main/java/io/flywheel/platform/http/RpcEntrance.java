package io.flywheel.platform.http;

import com.google.rpc.Code;
import com.google.rpc.Status;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Where calls come in over HTTP: sends JSON one way, gRPC and gRPC-Web the other, and keeps bodies
 * that wait for their last byte from filling the memory. Thread-safe.
 */
final class RpcEntrance extends SimpleDecoratingHttpService {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final JsonCalls json;
  private final int maxMessageBytes;
  private final long maxBytesInFlight;
  private final AtomicLong bytesInFlight = new AtomicLong();

  RpcEntrance(HttpService services, JsonCalls json, int maxMessageBytes, long maxBytesInFlight) {
    super(services);
    this.json = json;
    this.maxMessageBytes = maxMessageBytes;
    this.maxBytesInFlight = maxBytesInFlight;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) throws Exception {
    MethodDescriptor<?, ?> method =
        Objects.requireNonNull(
                Objects.requireNonNull(as(GrpcService.class)).methodDefinition(ctx), ctx.path())
            .getMethodDescriptor();
    boolean byName = ctx.path().equals("/" + method.getFullMethodName());
    if (byName && !request.method().equals(HttpMethod.POST)) {
      // Such as a GET, which others may repeat or send ahead of time, of a method that writes.
      return ErrorPages.notWithThisHttpMethod(ctx.path()).toHttpResponse();
    }
    MediaType type = request.contentType();
    boolean framed = isFramed(type);
    if (type != null && framed && (!byName || type.subtype().endsWith("+json"))) {
      return JsonErrors.of(
              HttpStatus.UNSUPPORTED_MEDIA_TYPE,
              Status.newBuilder()
                  .setCode(Code.INVALID_ARGUMENT_VALUE)
                  .setMessage("JSON is taken as it is (expected: content-type application/json)")
                  .build())
          .toHttpResponse();
    }
    if (framed && !method.getType().clientSendsOneMessage()) {
      // What the client sends has no end; its single messages are bounded further in.
      ctx.setMaxRequestLength(0);
      return unwrap().serve(ctx, request);
    }
    long longest = framed ? longestBody(maxMessageBytes) : maxMessageBytes;
    ctx.setMaxRequestLength(longest);
    // What is framed is bounded further in, once it is here; what is JSON only when it is read.
    CompletableFuture<?> over =
        framed
            ? CompletableFuture.anyOf(request.whenComplete(), ctx.log().whenComplete())
            : ctx.log().whenComplete();
    if (!admit(request, longest, over)) {
      ServiceException overloaded = ServiceException.overloaded(RETRY_AFTER);
      return (type != null && framed ? refusal(type, overloaded) : JsonErrors.of(overloaded))
          .toHttpResponse();
    }
    return framed
        ? unwrap().serve(ctx, request)
        : json.call(ctx, request, method.getFullMethodName());
  }

  /**
   * How long the body of a call with one message may be. It may be padded or in base64; how large
   * its message is, only the guard can tell, which refuses it with a reason.
   */
  static long longestBody(int maxMessageBytes) {
    return 6L * maxMessageBytes;
  }

  /** Whether the content is of gRPC or gRPC-Web; all else is taken for JSON. */
  static boolean isFramed(@Nullable MediaType type) {
    return type != null && type.type().equals("application") && type.subtype().startsWith("grpc");
  }

  /** Keeps account of a body until it is over; one of unknown length may become the longest. */
  private boolean admit(HttpRequest request, long longest, CompletableFuture<?> over) {
    if (request.isEmpty()) {
      return true;
    }
    long announced = request.headers().contentLength();
    long bytes = announced < 0 ? maxMessageBytes : Math.min(announced, longest);
    if (bytesInFlight.addAndGet(bytes) > maxBytesInFlight) {
      bytesInFlight.addAndGet(-bytes);
      return false;
    }
    var unused = over.whenComplete((end, failure) -> bytesInFlight.addAndGet(-bytes));
    return true;
  }

  /** A refusal as gRPC and gRPC-Web have it: in the headers, with HTTP's status 200. */
  static AggregatedHttpResponse refusal(MediaType type, ServiceException reason) {
    StatusRuntimeException status = ErrorTable.toStatus(reason);
    byte[] details =
        Objects.requireNonNull(ErrorTable.trailersOf(status).get(ErrorTable.DETAILS)).toByteArray();
    return AggregatedHttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(type)
            .endOfStream(true)
            .setInt("grpc-status", status.getStatus().getCode().value())
            .set("grpc-message", String.valueOf(status.getStatus().getDescription()))
            .set("grpc-status-details-bin", Base64.getEncoder().encodeToString(details))
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .build());
  }
}
