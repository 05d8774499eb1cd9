package io.flywheel.platform.http;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestContext;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.grpc.GrpcExceptionHandlerFunction;
import com.linecorp.armeria.common.grpc.GrpcJsonMarshaller;
import com.linecorp.armeria.common.grpc.GrpcSerializationFormats;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.cors.CorsService;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.auth.Authenticator;
import io.flywheel.platform.auth.Exposure;
import io.flywheel.platform.errors.ErrorTable;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.platform.grpc.CallPath;
import io.flywheel.platform.grpc.GrpcConfig;
import io.flywheel.platform.grpc.Health;
import io.flywheel.v1.ErrorReason;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * What is served where. Making it takes as long as starting the database does, and needs no
 * database: so it is made meanwhile. Thread-safe.
 */
@Singleton
final class HttpRoutes implements Lifecycle {
  private static final int MAX_HEADER_BYTES = 16 << 10;
  private static final Duration QUIET_PERIOD = Duration.ofMillis(100);
  private static final int PREFLIGHT_SECONDS = 2 * 60 * 60;

  private final HttpConfig config;
  private final GrpcConfig grpc;
  private final CallPath calls;
  private final Authenticator authenticator;
  private final Exposure exposure;
  private final Health health;
  private final PrometheusMeterRegistry metrics;
  private final Clock clock;
  private final Set<WebPages> pages;
  private final WebApps apps = new WebApps(HttpRoutes.class.getClassLoader());
  private final CallThreads threads = new CallThreads();
  private final FutureTask<ServerBuilder> preparation = new FutureTask<>(this::prepare);
  private volatile @Nullable JsonCalls json;

  @Inject
  HttpRoutes(
      HttpConfig config,
      GrpcConfig grpc,
      CallPath calls,
      Authenticator authenticator,
      Exposure exposure,
      Health health,
      PrometheusMeterRegistry metrics,
      Clock clock,
      Set<WebPages> pages) {
    this.config = config;
    this.grpc = grpc;
    this.calls = calls;
    this.authenticator = authenticator;
    this.exposure = exposure;
    this.health = health;
    this.metrics = metrics;
    this.clock = clock;
    this.pages = pages;
  }

  @Override
  public Phase phase() {
    return Phase.PREPARATION;
  }

  @Override
  public void start() {
    Thread.ofPlatform().name("http-preparation").daemon().start(preparation);
  }

  /** The address that is served. */
  String host() {
    return exposure.addressOf("http.host", config.host());
  }

  /** A server that knows every route; waits until it is made. */
  ServerBuilder prepared() throws IOException, InterruptedException {
    try {
      return preparation.get();
    } catch (ExecutionException e) {
      throw new IOException("the HTTP edge can't be made: " + e.getCause(), e);
    }
  }

  /** Whether the panel and the console were built in. */
  boolean serveApps() {
    return apps.areBuiltIn();
  }

  @Override
  public void stop() throws InterruptedException {
    JsonCalls json = this.json;
    if (json != null) {
      json.stop();
    }
    threads.shutdownNow();
  }

  private ServerBuilder prepare() throws IOException {
    JsonCalls json = new JsonCalls(calls, threads, config.requestTimeout(), grpc.maxMessageBytes());
    this.json = json;
    ServerBuilder builder =
        Server.builder()
            .http(new InetSocketAddress(host(), config.port()))
            .bossGroupFactory(Acceptor::named)
            .blockingTaskExecutor(threads, false)
            .maxNumConnections(config.maxConnections())
            .childChannelPipelineCustomizer(new ConnectionBounds(config.maxConnections()))
            .idleTimeout(config.idleTimeout())
            .requestTimeout(config.requestTimeout())
            .maxRequestLength(RpcEntrance.longestBody(grpc.maxMessageBytes()))
            .http1MaxInitialLineLength(MAX_HEADER_BYTES)
            .http1MaxHeaderSize(MAX_HEADER_BYTES)
            .http2MaxHeaderListSize(MAX_HEADER_BYTES)
            .http2MaxStreamsPerConnection(config.maxCallsPerConnection())
            .gracefulShutdownTimeout(quietPeriod(), config.shutdownGrace())
            .errorHandler(new ErrorPages(grpc.maxMessageBytes()))
            .disableServerHeader()
            .addHeader("x-content-type-options", "nosniff")
            .addHeader("referrer-policy", "no-referrer")
            .service(rpc(), services -> entrance(services, json))
            .serviceUnder("/docs", Documentation.service(clock))
            .service("/healthz", (ctx, request) -> text(HttpStatus.OK, "alive"))
            .service("/readyz", (ctx, request) -> ready())
            .service("/", (ctx, request) -> HttpResponse.ofRedirect("/console/"));
    if (config.metrics()) {
      builder.service("/metrics", (ctx, request) -> metricsPage());
    }
    apps.addTo(builder);
    pages.forEach(page -> page.addTo(builder));
    return builder;
  }

  /** Without any, calls would be cut off in the middle. */
  private Duration quietPeriod() {
    return config.shutdownGrace().compareTo(QUIET_PERIOD) < 0
        ? config.shutdownGrace()
        : QUIET_PERIOD;
  }

  private GrpcService rpc() {
    return GrpcService.builder()
        .addServiceDefinitions(calls.services().stream().map(HeldMessages::of).toList())
        .addService(HeldMessages.of(calls.health()))
        // The guard refuses what is too large with a reason. The transport, which can't, comes in
        // only far beyond.
        .maxRequestMessageLength(4 * grpc.maxMessageBytes())
        .supportedSerializationFormats(
            GrpcSerializationFormats.PROTO,
            GrpcSerializationFormats.PROTO_WEB,
            GrpcSerializationFormats.PROTO_WEB_TEXT,
            // Only named for the documentation's form, see below.
            GrpcSerializationFormats.JSON)
        .useBlockingTaskExecutor(true)
        .useClientTimeoutHeader(true)
        .exceptionHandler(this::statusOf)
        // These two make the routes and the documentation; JSON itself goes another way.
        .enableUnframedRequests(true)
        .enableHttpJsonTranscoding(true)
        .jsonMarshallerFactory(service -> GrpcJsonMarshaller.ofGson())
        .build();
  }

  private HttpService entrance(HttpService services, JsonCalls json) {
    long maxBytesInFlight = config.maxBytesInFlight().orElse(Runtime.getRuntime().maxMemory() / 8);
    HttpService entrance =
        new RpcEntrance(
            services,
            json,
            authenticator,
            calls.health().getServiceDescriptor().getName(),
            threads,
            grpc.maxMessageBytes(),
            maxBytesInFlight);
    List<String> origins = config.origins();
    return origins.isEmpty()
        ? entrance
        : entrance.decorate(
            CorsService.builder(origins)
                .allowRequestMethods(
                    HttpMethod.GET,
                    HttpMethod.POST,
                    HttpMethod.PUT,
                    HttpMethod.PATCH,
                    HttpMethod.DELETE)
                .allowAllRequestHeaders(true)
                .exposeHeaders(
                    "grpc-status", "grpc-message", "grpc-status-details-bin", "retry-after")
                .maxAge(PREFLIGHT_SECONDS)
                .newDecorator());
  }

  /** What the transport refuses; whatever failed further in has its status already. */
  private Status statusOf(RequestContext ctx, Status status, Throwable cause, Metadata trailers) {
    if (cause instanceof RequestTimeoutException) {
      return Status.DEADLINE_EXCEEDED.withDescription("the call's deadline has passed");
    } else if (cause instanceof ServiceException known) {
      return explained(known, trailers);
    } else if (cause instanceof ContentTooLargeException
        || status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
      return explained(ErrorPages.tooLarge(grpc.maxMessageBytes()), trailers);
    } else if (status.getCode() == Status.Code.INTERNAL || isNoFrame(cause)) {
      return explained(
          ServiceException.of(
              ErrorReason.ERROR_REASON_INVALID_FIELD,
              "the bytes sent are no frame of a message as gRPC knows it"),
          trailers);
    }
    return GrpcExceptionHandlerFunction.of().apply(ctx, status, cause, trailers);
  }

  /** The reader of frames gives these no status: a text that is not in Base64, and no bytes. */
  private static boolean isNoFrame(Throwable cause) {
    return cause instanceof IllegalArgumentException || cause instanceof IndexOutOfBoundsException;
  }

  private static Status explained(ServiceException reason, Metadata trailers) {
    StatusRuntimeException status = ErrorTable.toStatus(reason);
    trailers.merge(ErrorTable.trailersOf(status));
    return status.getStatus();
  }

  private HttpResponse ready() {
    return switch (health.state()) {
      case SERVING -> text(HttpStatus.OK, "ready");
      case STARTING -> text(HttpStatus.SERVICE_UNAVAILABLE, "starting");
      case DATABASE_DOES_NOT_ANSWER ->
          text(HttpStatus.SERVICE_UNAVAILABLE, "the database does not answer");
      case DATABASE_HAS_NO_ROOM ->
          text(HttpStatus.SERVICE_UNAVAILABLE, "the database has no room left");
      case STOPPING -> text(HttpStatus.SERVICE_UNAVAILABLE, "shutting down");
    };
  }

  private static HttpResponse text(HttpStatus status, String text) {
    return HttpResponse.of(
        ResponseHeaders.builder(status)
            .contentType(MediaType.PLAIN_TEXT_UTF_8)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .build(),
        HttpData.ofUtf8(text + "\n"));
  }

  private HttpResponse metricsPage() {
    return HttpResponse.of(
        HttpStatus.OK,
        MediaType.parse("text/plain; version=0.0.4; charset=utf-8"),
        metrics.scrape());
  }
}
