package io.flywheel.fulfillment.webhook;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** The platform's end of webhooks, which answers as a test says. Thread-safe. */
final class Receiver implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Message> taken = new CopyOnWriteArrayList<>();
  private final List<Message> tried = new CopyOnWriteArrayList<>();
  private volatile Function<Message, Answer> answers = unused -> Answer.OK;

  /**
   * What came.
   *
   * @param headers by their small names
   */
  record Message(String path, Map<String, List<String>> headers, String body) {
    String id() {
      return header("webhook-id");
    }

    /** The first value of a header that has to be there. */
    String header(String name) {
      return Objects.requireNonNull(headers.get(name), name).get(0);
    }

    private JsonObject data() {
      return JsonParser.parseString(body).getAsJsonObject().getAsJsonObject("data");
    }

    String viewerId() {
      return data().get("viewerId").getAsString();
    }

    long grantNumber() {
      return data().getAsJsonObject("grantIssued").get("grantNumber").getAsLong();
    }
  }

  /** What is answered; a status of 0 breaks the connection. */
  record Answer(int status, Map<String, String> headers) {
    static final Answer OK = of(204);

    static Answer of(int status) {
      return new Answer(status, Map.of());
    }
  }

  Receiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hooks?from=flywheel";
  }

  /** Answers by a function from now on. */
  void answer(Function<Message, Answer> with) {
    answers = with;
  }

  /** The messages that were answered with 2xx, in order. */
  List<Message> taken() {
    return taken;
  }

  /** All that came. */
  List<Message> tried() {
    return tried;
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, List<String>> headers = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) ->
              headers.put(name.toLowerCase(java.util.Locale.ROOT), List.copyOf(values)));
      Message message =
          new Message(
              exchange.getRequestURI().toString(),
              headers,
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      tried.add(message);
      Answer answer = answers.apply(message);
      if (answer.status == 0) {
        return; // closing without an answer breaks the connection
      }
      if (answer.status / 100 == 2) {
        taken.add(message);
      }
      answer.headers.forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(answer.status, -1);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
