package io.flywheel.platform.http;

import com.google.rpc.Code;
import com.google.rpc.Status;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ExchangeType;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RoutingContext;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.flywheel.platform.auth.Authenticator;
import io.flywheel.platform.auth.Caller;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.Budget;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.net.InetAddress;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where calls come in over HTTP: sends JSON one way, gRPC and gRPC-Web the other, and keeps bodies
 * that wait for their last byte from filling the memory, and one address from taking all of it.
 * Thread-safe.
 */
final class RpcEntrance extends SimpleDecoratingHttpService {
  private final JsonCalls json;
  private final Authenticator authenticator;
  private final String openService;
  private final Executor threads;
  private final int maxMessageBytes;
  private final Budget budget;

  /**
   * An entrance.
   *
   * @param openService the one service that needs no credentials
   */
  RpcEntrance(
      HttpService services,
      JsonCalls json,
      Authenticator authenticator,
      String openService,
      Executor threads,
      int maxMessageBytes,
      long maxBytesInFlight) {
    super(services);
    this.json = json;
    this.authenticator = authenticator;
    this.openService = openService;
    this.threads = threads;
    this.maxMessageBytes = maxMessageBytes;
    this.budget = new Budget(maxBytesInFlight);
  }

  /** Otherwise bodies would be gathered before anything here is asked. */
  @Override
  public ExchangeType exchangeType(RoutingContext routing) {
    return ExchangeType.BIDI_STREAMING;
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
    boolean isStream = framed && !method.getType().clientSendsOneMessage();
    // What the client of a stream sends has no end; its single messages are bounded further in.
    ctx.setMaxRequestLength(isStream ? 0 : framed ? longestBody(maxMessageBytes) : maxMessageBytes);
    return HttpResponse.of(
        CompletableFuture.supplyAsync(() -> holdersOf(ctx, request.headers(), method), threads)
            .thenApplyAsync(
                holders -> {
                  if (!framed) {
                    return json.call(
                        ctx,
                        request,
                        method.getFullMethodName(),
                        holders.map(names -> new Charge(budget, names)));
                  } else if (holders.isEmpty()) {
                    return serveFramed(ctx, withEmptyMessage(request.headers()));
                  }
                  return serveFramed(
                      ctx, isStream ? request : charged(ctx, request, holders.get()));
                },
                ctx.eventLoop()));
  }

  /**
   * Who is charged for the body. Empty: whoever calls may not, and nothing that is sent is read;
   * the call goes on without it, so that it is refused and counted as any other.
   */
  private Optional<List<String>> holdersOf(
      ServiceRequestContext ctx, RequestHeaders headers, MethodDescriptor<?, ?> method) {
    String address = "address " + networkOf(ctx.clientAddress());
    if (openService.equals(method.getServiceName())) {
      return Optional.of(List.of(address));
    }
    try {
      Caller caller =
          authenticator.authenticate(headers.get("authorization"), headers.get("x-api-key"));
      return Optional.of(List.of(address, "merchant " + caller.merchantId()));
    } catch (ServiceException e) {
      return Optional.empty();
    }
  }

  /** A call whose body is charged until it is here, where it is bounded further in. */
  private HttpRequest charged(
      ServiceRequestContext ctx, HttpRequest request, List<String> holders) {
    Charge charge = new Charge(budget, holders);
    var unused =
        CompletableFuture.anyOf(request.whenComplete(), ctx.log().whenComplete())
            .whenComplete((end, failure) -> charge.end());
    return charge.on(request);
  }

  /** The call with a message that nobody has sent: the server can't do without any. */
  private static HttpRequest withEmptyMessage(RequestHeaders headers) {
    byte[] frame = new byte[5];
    boolean isText = headers.get(HttpHeaderNames.CONTENT_TYPE, "").contains("-text");
    HttpData body = HttpData.wrap(isText ? Base64.getEncoder().encode(frame) : frame);
    return HttpRequest.of(
        headers.toBuilder().contentLength(body.length()).endOfStream(false).build(), body);
  }

  private HttpResponse serveFramed(ServiceRequestContext ctx, HttpRequest request) {
    ctx.updateRequest(request);
    try {
      return unwrap().serve(ctx, request);
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  /** Whoever has one address of IPv6 has a network of them. */
  static String networkOf(InetAddress address) {
    byte[] bytes = address.getAddress();
    return HexFormat.of().formatHex(bytes, 0, bytes.length == 16 ? 8 : bytes.length);
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
