package io.flywheel.platform.http;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.CallPath;
import io.flywheel.v1.ErrorReason;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers calls that come as JSON. It makes protobuf of them and calls the services as any client
 * does, only within the process, so that they meet what every call meets. Thread-safe.
 */
final class JsonCalls {
  private static final List<String> CREDENTIALS = List.of("authorization", "x-api-key");
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().omittingInsignificantWhitespace();

  /** How a method is called: over the wire of gRPC, and with JSON. */
  record Method(
      MethodDescriptor contract,
      io.grpc.MethodDescriptor<Message, Message> call,
      Optional<JsonRoute> route) {}

  private final Map<String, Method> methods = new HashMap<>();
  private final Server server;
  private final ManagedChannel channel;
  private final Executor threads;
  private final Duration timeout;
  private final int maxBodyBytes;

  JsonCalls(CallPath calls, Executor threads, Duration timeout, int maxBodyBytes)
      throws IOException {
    this.threads = threads;
    this.timeout = timeout;
    this.maxBodyBytes = maxBodyBytes;
    calls.services().forEach(this::addMethods);
    addMethods(calls.health());
    String name = "json-" + UUID.randomUUID();
    this.server =
        InProcessServerBuilder.forName(name)
            .executor(threads)
            .addServices(calls.services())
            .addService(calls.health())
            .build()
            .start();
    this.channel = InProcessChannelBuilder.forName(name).executor(threads).build();
  }

  /** The methods that can be called with JSON, by their full names. */
  Map<String, Method> methods() {
    return methods;
  }

  HttpResponse call(ServiceRequestContext ctx, HttpRequest request, String method) {
    Method called = methods.get(method);
    if (called == null) {
      return JsonErrors.of(
              ServiceException.of(
                  ErrorReason.ERROR_REASON_UNKNOWN_METHOD, method + ": a stream; it needs gRPC"))
          .toHttpResponse();
    }
    // The call itself ends by its deadline, with an answer that says so.
    ctx.setRequestTimeout(timeout.plusSeconds(1));
    return HttpResponse.of(
        request
            .aggregate()
            .handleAsync((whole, failure) -> answer(ctx, whole, failure, called), threads)
            .thenApply(AggregatedHttpResponse::toHttpResponse));
  }

  void stop() throws InterruptedException {
    channel.shutdown();
    server.shutdown();
    if (!channel.awaitTermination(1, TimeUnit.SECONDS)) {
      channel.shutdownNow();
    }
    server.shutdownNow();
  }

  private AggregatedHttpResponse answer(
      ServiceRequestContext ctx,
      @Nullable AggregatedHttpRequest request,
      @Nullable Throwable failure,
      Method called) {
    if (request == null) {
      return JsonErrors.of(
          Exceptions.peel(Objects.requireNonNull(failure)) instanceof ContentTooLargeException
              ? ErrorPages.tooLarge(maxBodyBytes)
              : ServiceException.of(
                  ErrorReason.ERROR_REASON_INVALID_FIELD, "the body did not come to its end"));
    }
    try {
      Message answer =
          ClientCalls.blockingUnaryCall(
              withCredentials(request.headers()),
              called.call(),
              CallOptions.DEFAULT.withDeadlineAfter(timeout),
              messageOf(ctx, request, called));
      return AggregatedHttpResponse.of(
          ResponseHeaders.builder(HttpStatus.OK)
              .contentType(MediaType.JSON_UTF_8)
              .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
              .build(),
          HttpData.ofUtf8(PRINTER.print(answer)));
    } catch (StatusRuntimeException e) {
      return JsonErrors.of(e);
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      return JsonErrors.of(ErrorTable.classify(e));
    }
  }

  private static Message messageOf(
      ServiceRequestContext ctx, AggregatedHttpRequest request, Method called) {
    String query = ctx.query();
    List<Map.Entry<String, String>> queryValues =
        query == null ? List.of() : QueryParams.fromQueryString(query).stream().toList();
    boolean byName = ctx.path().equals("/" + called.call().getFullMethodName());
    JsonRoute route = byName ? null : called.route().orElseThrow();
    return JsonRequests.read(
        called.contract().getInputType(),
        request.contentUtf8(),
        route == null ? "*" : route.body(),
        route == null ? Map.of() : route.variablesIn(ctx.path()),
        queryValues);
  }

  private Channel withCredentials(RequestHeaders headers) {
    Metadata metadata = new Metadata();
    for (String name : CREDENTIALS) {
      String value = headers.get(name);
      if (value != null) {
        metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
      }
    }
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  private void addMethods(ServerServiceDefinition service) {
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      io.grpc.MethodDescriptor<?, ?> descriptor = method.getMethodDescriptor();
      if (descriptor.getType() == io.grpc.MethodDescriptor.MethodType.UNARY
          && descriptor.getSchemaDescriptor() instanceof ProtoMethodDescriptorSupplier schema) {
        MethodDescriptor contract = schema.getMethodDescriptor();
        methods.put(
            descriptor.getFullMethodName(),
            new Method(
                contract,
                io.grpc.MethodDescriptor.<Message, Message>newBuilder()
                    .setType(descriptor.getType())
                    .setFullMethodName(descriptor.getFullMethodName())
                    .setRequestMarshaller(
                        ProtoUtils.marshaller(
                            DynamicMessage.getDefaultInstance(contract.getInputType())))
                    .setResponseMarshaller(
                        ProtoUtils.marshaller(
                            DynamicMessage.getDefaultInstance(contract.getOutputType())))
                    .build(),
                JsonRoute.of(contract)));
      }
    }
  }
}
