package io.flywheel.platform.http;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
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
import io.grpc.Context;
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
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers calls that come as JSON. It makes protobuf of them and calls the services as any client
 * does, only within the process, so that they meet what every call meets. Thread-safe.
 */
final class JsonCalls {
  private static final Logger log = LoggerFactory.getLogger(JsonCalls.class);
  private static final List<String> CREDENTIALS = List.of("authorization", "x-api-key");
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().omittingInsignificantWhitespace();
  private static final Pattern TIMEOUT = Pattern.compile("([0-9]{1,8})([HMSmun])");
  private static final ResponseHeaders ANSWER =
      ResponseHeaders.builder(HttpStatus.OK)
          .contentType(MediaType.JSON_UTF_8)
          .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
          .build();

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

  /**
   * Answers a call.
   *
   * @param charge for the body; empty: the call will be refused, whatever its body is, and nothing
   *     of it is read
   */
  HttpResponse call(
      ServiceRequestContext ctx, HttpRequest request, String method, Optional<Charge> charge) {
    Method called = methods.get(method);
    if (called == null) {
      return JsonErrors.of(
              ServiceException.of(
                  ErrorReason.ERROR_REASON_UNKNOWN_METHOD,
                  method + ": a stream of requests; it needs gRPC"))
          .toHttpResponse();
    }
    // The call itself ends by its deadline, with an answer that says so.
    ctx.setRequestTimeout(timeout.plusSeconds(1));
    return HttpResponse.of(
        bodyOf(ctx, request, called, charge)
            .handleAsync(
                (body, failure) -> answer(ctx, request.headers(), body, failure, called), threads));
  }

  private static CompletableFuture<Optional<HttpData>> bodyOf(
      ServiceRequestContext ctx, HttpRequest request, Method called, Optional<Charge> charge) {
    if (charge.isEmpty()) {
      return completedFuture(Optional.empty());
    } else if (!isByName(ctx, called) && !called.route().orElseThrow().hasBody()) {
      return completedFuture(Optional.of(HttpData.empty()));
    }
    Optional<ServiceException> unreadable = unreadable(request.headers());
    if (unreadable.isPresent()) {
      return failedFuture(unreadable.get());
    }
    var unused = ctx.log().whenComplete().thenRun(charge.get()::end);
    return charge.get().on(request).aggregate().thenApply(whole -> Optional.of(whole.content()));
  }

  void stop() throws InterruptedException {
    channel.shutdown();
    server.shutdown();
    if (!channel.awaitTermination(1, TimeUnit.SECONDS)) {
      channel.shutdownNow();
    }
    server.shutdownNow();
  }

  private static boolean isByName(ServiceRequestContext ctx, Method called) {
    return ctx.path().equals("/" + called.call().getFullMethodName());
  }

  /** Why the body can't be read: only texts in UTF-8 are read as they were meant. */
  private static Optional<ServiceException> unreadable(RequestHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING, "identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      return Optional.of(
          JsonRequests.malformed(
              "content-encoding: %s (expected: none)".formatted(JsonValues.cut(encoding))));
    }
    MediaType type = headers.contentType();
    Charset charset = type == null ? null : type.charset();
    boolean isUtf8 =
        charset == null
            || charset.equals(StandardCharsets.UTF_8)
            || charset.equals(StandardCharsets.US_ASCII);
    return isUtf8
        ? Optional.empty()
        : Optional.of(
            JsonRequests.malformed(
                "content-type: charset %s (expected: utf-8)".formatted(charset)));
  }

  /**
   * Calls the service.
   *
   * @param body empty: the caller may not call
   */
  @SuppressWarnings("NullableOptional") // what a future ended with: this or a failure
  private HttpResponse answer(
      ServiceRequestContext ctx,
      RequestHeaders headers,
      @Nullable Optional<HttpData> body,
      @Nullable Throwable failure,
      Method called) {
    if (body == null) {
      return JsonErrors.of(reasonOf(Objects.requireNonNull(failure))).toHttpResponse();
    }
    try {
      Channel caller = withCredentials(headers);
      CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeoutOf(headers));
      Message message =
          body.isPresent()
              ? messageOf(ctx, body.get(), called)
              : DynamicMessage.getDefaultInstance(called.contract().getInputType());
      if (!called.call().getType().serverSendsOneMessage()) {
        return stream(caller, called.call(), options, message);
      }
      Message answer = ClientCalls.blockingUnaryCall(caller, called.call(), options, message);
      return HttpResponse.of(ANSWER, HttpData.ofUtf8(PRINTER.print(answer)));
    } catch (StatusRuntimeException e) {
      return JsonErrors.of(e).toHttpResponse();
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      return JsonErrors.of(ErrorTable.classify(e)).toHttpResponse();
    }
  }

  private ServiceException reasonOf(Throwable failure) {
    Throwable cause = Exceptions.peel(failure);
    if (cause instanceof ServiceException known) {
      return known;
    }
    return cause instanceof ContentTooLargeException
        ? ErrorPages.tooLarge(maxBodyBytes)
        : JsonRequests.malformed("the body was cut off");
  }

  /**
   * A stream as an array whose items come as they happen, as Envoy writes it. It ends with the
   * call's deadline, or with whatever else ends the stream.
   */
  private HttpResponse stream(
      Channel caller,
      io.grpc.MethodDescriptor<Message, Message> method,
      CallOptions options,
      Message request)
      throws InvalidProtocolBufferException {
    Context.CancellableContext life = Context.current().withCancellation();
    Context before = life.attach();
    Iterator<Message> answers;
    try {
      answers = ClientCalls.blockingServerStreamingCall(caller, method, options, request);
    } finally {
      life.detach(before);
    }
    // What is refused at once gets a status of HTTP; once that is out, there is none to give.
    String first = answers.hasNext() ? PRINTER.print(answers.next()) : "";
    HttpResponseWriter page = HttpResponse.streaming();
    var unused = page.whenComplete().whenComplete((end, gone) -> life.cancel(gone));
    page.write(ANSWER);
    page.write(HttpData.ofUtf8("[" + first));
    threads.execute(() -> write(answers, page));
    return page;
  }

  private static void write(Iterator<Message> answers, HttpResponseWriter page) {
    try {
      // A slow reader holds the stream up.
      for (page.whenConsumed().join(); answers.hasNext(); page.whenConsumed().join()) {
        page.write(HttpData.ofUtf8(",\n" + PRINTER.print(answers.next())));
      }
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      log.debug("A stream of JSON has ended", e);
    }
    // The reader may have gone; that is why most streams end.
    var unused = page.tryWrite(HttpData.ofUtf8("]"));
    page.close();
  }

  /** As long as the caller waits, as gRPC's callers say it, and at most as long as is granted. */
  private Duration timeoutOf(RequestHeaders headers) {
    Matcher wanted = TIMEOUT.matcher(headers.get("grpc-timeout", ""));
    if (!wanted.matches()) {
      return timeout;
    }
    Duration unit =
        switch (wanted.group(2)) {
          case "H" -> Duration.ofHours(1);
          case "M" -> Duration.ofMinutes(1);
          case "S" -> Duration.ofSeconds(1);
          case "m" -> Duration.ofMillis(1);
          case "u" -> Duration.ofNanos(1_000);
          default -> Duration.ofNanos(1);
        };
    Duration waits = unit.multipliedBy(Long.parseLong(wanted.group(1)));
    return waits.compareTo(timeout) < 0 ? waits : timeout;
  }

  private static Message messageOf(ServiceRequestContext ctx, HttpData body, Method called) {
    String query = ctx.query();
    List<Map.Entry<String, String>> queryValues =
        query == null ? List.of() : QueryParams.fromQueryString(query).stream().toList();
    return JsonRequests.read(
        called.contract().getInputType(),
        body.toInputStream(),
        isByName(ctx, called) ? Map.of() : called.route().orElseThrow().variablesIn(ctx.path()),
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
      if (descriptor.getType().clientSendsOneMessage()
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
