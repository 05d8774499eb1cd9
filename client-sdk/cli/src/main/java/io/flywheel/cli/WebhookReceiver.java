package io.flywheel.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.BiConsumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A receiver of webhooks on this machine, which takes what is signed as it should be. */
final class WebhookReceiver implements AutoCloseable {
  private static final String PREFIX = "whsec_";

  private final HttpServer server;
  private final BiConsumer<String, Boolean> printer;
  private volatile List<String> secrets = List.of();

  /**
   * Listens from now on, on this machine alone.
   *
   * @param port 0: any that is free
   * @param printer is told each body, and whether its signature is right
   */
  WebhookReceiver(int port, BiConsumer<String, Boolean> printer) throws IOException {
    this.printer = printer;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", this::take);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  /** What messages are signed with; until it is told, none is taken. */
  void setSecrets(List<String> secrets) {
    this.secrets = secrets;
  }

  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    boolean isRight = isSigned(exchange, body);
    printer.accept(body, isRight);
    exchange.sendResponseHeaders(isRight ? 204 : 401, -1);
    exchange.close();
  }

  private boolean isSigned(HttpExchange exchange, String body) {
    String id = exchange.getRequestHeaders().getFirst("webhook-id");
    String timestamp = exchange.getRequestHeaders().getFirst("webhook-timestamp");
    String signatures = exchange.getRequestHeaders().getFirst("webhook-signature");
    if (id == null || timestamp == null || signatures == null) {
      return false;
    }
    String signed = id + "." + timestamp + "." + body;
    return secrets.stream()
        .map(secret -> "v1," + sign(secret, signed))
        .anyMatch(right ->
            Arrays.stream(signatures.split(" "))
                .anyMatch(sent ->
                    MessageDigest.isEqual(
                        sent.getBytes(StandardCharsets.UTF_8),
                        right.getBytes(StandardCharsets.UTF_8))));
  }

  private static String sign(String secret, String text) {
    try {
      byte[] key =
          Base64.getDecoder()
              .decode(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
