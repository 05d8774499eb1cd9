package io.flywheel.generator;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The sources: a class of calls for each service, their common entrance, and who bears a
 * request_id. They name the messages and stubs alone, which both flavours of protobuf generate
 * alike, and look nothing up at run time.
 */
final class TypedCalls {
  private static final String NOTICE = "// Generated from the contract's protos. Do not edit.\n";
  private static final String MESSAGES = "io.flywheel.v1.";
  private static final String SUFFIX = "Service";
  private static final String EVENT_STREAM = "flywheel.v1.EventService.StreamEvents";

  private final Contract contract;

  TypedCalls(Contract contract) {
    this.contract = contract;
  }

  /** By class name. */
  Map<String, String> sources() {
    Map<String, String> sources = new TreeMap<>();
    for (ServiceDescriptor service : contract.services()) {
      sources.put(stem(service) + "Calls", calls(service));
    }
    sources.put("FlywheelCalls", entrance());
    sources.put("RequestIds", requestIds());
    return sources;
  }

  private String entrance() {
    StringBuilder methods = new StringBuilder();
    for (ServiceDescriptor service : contract.services()) {
      methods.append(
          """

              private final %1$sCalls %2$s = new %1$sCalls(this);
          """
              .formatted(stem(service), accessor(service)));
    }
    for (ServiceDescriptor service : contract.services()) {
      methods.append(
          """

          %3$s
            public %1$sCalls %2$s() {
              return %2$s;
            }
          """
              .formatted(
                  stem(service), accessor(service), Javadoc.of(contract.comment(service), "  ")));
    }
    if (contract.services().stream().anyMatch(this::streamsEvents)) {
      methods.append(
          """

            /** A sender of many events, to configure. */
            public EventStream.Builder eventStream() {
              return new EventStream.Builder((FlywheelClient) this);
            }
          """);
    }
    return NOTICE
        + """
        package io.flywheel.client;

        import io.grpc.MethodDescriptor;
        import java.util.concurrent.CompletableFuture;

        /** The services of the contract, each with its methods. */
        public abstract class FlywheelCalls {
        %s
          FlywheelCalls() {}

          abstract <Q, R> R call(MethodDescriptor<Q, R> method, Q request);

          abstract <Q, R> CompletableFuture<R> callAsync(MethodDescriptor<Q, R> method, Q request);

          abstract <Q, R> Call call(MethodDescriptor<Q, R> method, Q request, Answer<R> answer);

          abstract <Q, R> Updates<R> updates(MethodDescriptor<Q, R> method, Q request);

          abstract <Q, R> Watch<R> watch(
              MethodDescriptor<Q, R> method, Q request, WatchListener<R> listener);

          abstract <Q, R> Exchange<Q> exchange(MethodDescriptor<Q, R> method, Answer<R> answers);
        }
        """
            .formatted(methods);
  }

  private boolean streamsEvents(ServiceDescriptor service) {
    return contract.methodsOf(service).stream()
        .anyMatch(method -> method.getFullName().equals(EVENT_STREAM));
  }

  private String calls(ServiceDescriptor service) {
    TreeSet<String> imports = new TreeSet<>();
    imports.add(MESSAGES + service.getName() + "Grpc");
    StringBuilder methods = new StringBuilder();
    for (MethodDescriptor method : contract.methodsOf(service)) {
      imports.add(MESSAGES + method.getInputType().getName());
      imports.add(MESSAGES + method.getOutputType().getName());
      if (!method.isClientStreaming() && !method.isServerStreaming()) {
        imports.add("java.util.concurrent.CompletableFuture");
      }
      methods.append(forms(service, method));
    }
    StringBuilder importLines = new StringBuilder();
    imports.forEach(name -> importLines.append("import ").append(name).append(";\n"));
    return NOTICE
        + """
        package io.flywheel.client;

        %s
        %s
        public final class %sCalls {
          private final FlywheelCalls client;

          %3$sCalls(FlywheelCalls client) {
            this.client = client;
          }
        %s}
        """
            .formatted(
                importLines, Javadoc.of(contract.comment(service), ""), stem(service), methods);
  }

  private String forms(ServiceDescriptor service, MethodDescriptor method) {
    return template(method)
        .replace("$DOC", Javadoc.of(contract.comment(method), "  "))
        .replace("$NAME", lowerFirst(method.getName()))
        .replace("$METHOD", service.getName() + "Grpc.get" + method.getName() + "Method()")
        .replace("$Q", method.getInputType().getName())
        .replace("$R", method.getOutputType().getName());
  }

  private static String template(MethodDescriptor method) {
    if (method.isClientStreaming()) {
      if (!method.isServerStreaming()) {
        throw new IllegalArgumentException(
            method.getFullName() + ": streams of requests with one answer have no typed form yet");
      }
      return """

      $DOC
        public Exchange<$Q> $NAME(Answer<$R> answers) {
          return client.exchange($METHOD, answers);
        }
      """;
    }
    if (method.isServerStreaming()) {
      return """

      $DOC
        public Updates<$R> $NAME($Q request) {
          return client.updates($METHOD, request);
        }

        /** {@link #$NAME($Q)} for a listener; the stream is opened again whenever it breaks. */
        public Watch<$R> $NAME($Q request, WatchListener<$R> listener) {
          return client.watch($METHOD, request, listener);
        }
      """;
    }
    return """

    $DOC
      public $R $NAME($Q request) {
        return client.call($METHOD, request);
      }

      /** {@link #$NAME($Q)} without blocking. */
      public CompletableFuture<$R> $NAMEAsync($Q request) {
        return client.callAsync($METHOD, request);
      }

      /** {@link #$NAME($Q)} for a listener. */
      public Call $NAME($Q request, Answer<$R> answer) {
        return client.call($METHOD, request, answer);
      }
    """;
  }

  private String requestIds() {
    StringBuilder imports = new StringBuilder();
    StringBuilder cases = new StringBuilder();
    for (Descriptor request : contract.writes()) {
      imports.append("import ").append(MESSAGES).append(request.getName()).append(";\n");
      cases.append(
          """
              put(
                  fillers,
                  %1$s.class,
                  (request, ids) ->
                      request.getRequestId().isEmpty()
                          ? request.toBuilder().setRequestId(ids.get()).build()
                          : request);
          """
              .formatted(request.getName()));
    }
    return NOTICE
        + """
        package io.flywheel.client;

        %s
        import java.util.HashMap;
        import java.util.Map;
        import java.util.function.BiFunction;
        import java.util.function.Supplier;
        import org.jspecify.annotations.Nullable;

        /** Which requests bear an id of the caller's. */
        final class RequestIds {
          private static final Map<Class<?>, BiFunction<Object, Supplier<String>, Object>> FILLERS =
              fillers();

          private RequestIds() {}

          /** The request, with a fresh request_id if it has the field and the caller left it empty. */
          static <T> T fill(T request, Supplier<String> ids) {
            @Nullable BiFunction<Object, Supplier<String>, Object> filler =
                FILLERS.get(request.getClass());
            if (filler == null) {
              return request;
            }
            @SuppressWarnings("unchecked") // A filler answers a message of the class that it is kept under.
            T filled = (T) filler.apply(request, ids);
            return filled;
          }

          private static Map<Class<?>, BiFunction<Object, Supplier<String>, Object>> fillers() {
            Map<Class<?>, BiFunction<Object, Supplier<String>, Object>> fillers = new HashMap<>();
        %s    return fillers;
          }

          private static <T> void put(
              Map<Class<?>, BiFunction<Object, Supplier<String>, Object>> fillers,
              Class<T> request,
              BiFunction<T, Supplier<String>, T> filler) {
            fillers.put(request, (given, ids) -> filler.apply(request.cast(given), ids));
          }
        }
        """
            .formatted(imports, cases);
  }

  private static String stem(ServiceDescriptor service) {
    String name = service.getName();
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  private static String accessor(ServiceDescriptor service) {
    return lowerFirst(stem(service));
  }

  private static String lowerFirst(String name) {
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }
}
