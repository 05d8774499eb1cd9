package io.flywheel.fulfillment.webhook;

import com.google.common.base.Throwables;
import com.google.inject.Inject;
import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.Endpoint;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.SplitHttpResponse;
import io.flywheel.platform.Lifecycle;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Sends messages. Thread-safe. */
final class Sender implements Lifecycle {
  private static final int MAX_ERROR_LETTERS = 300;
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(10);

  private final WebhookConfig config;
  private final Clock clock;
  private final ClientFactory clients;

  @Inject
  Sender(WebhookConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.clients =
        ClientFactory.builder()
            .connectTimeout(config.timeout())
            .idleTimeout(IDLE_TIMEOUT)
            .useHttp2Preface(false)
            .build();
  }

  @Override
  public Phase phase() {
    return Phase.FEATURES;
  }

  @Override
  public void stop() {
    clients.close();
  }

  /**
   * What came of an attempt.
   *
   * @param status the HTTP status; 0: there was no answer
   * @param error why it failed; empty: it did not
   * @param retryAfter what the endpoint asks for; zero: nothing
   */
  record Attempt(int status, String error, Duration retryAfter) {
    boolean isDelivered() {
      return status / 100 == 2;
    }

    boolean isGone() {
      return status == 410;
    }
  }

  /** Sends a message once and waits for what comes of it. */
  Attempt send(String url, Secrets secrets, String id, String body) {
    try {
      Target target = Target.of(url, config.allowPrivateTargets());
      Optional<InetAddress> address = target.address();
      return address.isPresent()
          ? send(target, address.get(), secrets, id, body)
          : failed(target.host() + " has no public address");
    } catch (UnknownHostException e) {
      return failed("the host's name has no address");
    } catch (CompletionException e) {
      return failed(Throwables.getRootCause(e).toString());
    } catch (RuntimeException e) {
      return failed(String.valueOf(e.getMessage()));
    }
  }

  private Attempt send(
      Target target, InetAddress address, Secrets secrets, String id, String body) {
    Instant now = clock.instant();
    long seconds = now.getEpochSecond();
    RequestHeaders headers =
        RequestHeaders.builder(HttpMethod.POST, target.path())
            .contentType(MediaType.JSON)
            .set(HttpHeaderNames.USER_AGENT, "Flywheel-Webhooks/1")
            .set("webhook-id", id)
            .set("webhook-timestamp", Long.toString(seconds))
            .set("webhook-signature", secrets.sign(id, seconds, body, now))
            .build();
    HttpResponse response =
        WebClient.builder(
                target.isTls() ? SessionProtocol.HTTPS : SessionProtocol.HTTP,
                Endpoint.of(target.host(), target.port()).withInetAddress(address))
            .factory(clients)
            .responseTimeout(config.timeout())
            .build()
            .execute(HttpRequest.of(headers, HttpData.ofUtf8(body)));
    // What an answer says besides its headers is nobody's concern, however long it is.
    SplitHttpResponse split = response.split();
    ResponseHeaders answer = split.headers().join();
    split.body().abort();
    int status = answer.status().code();
    return new Attempt(
        status,
        status / 100 == 2 ? "" : "the endpoint answered " + answer.status(),
        retryAfter(answer.get(HttpHeaderNames.RETRY_AFTER, ""), now));
  }

  /** In seconds, or as a date; zero for anything else. */
  static Duration retryAfter(String header, Instant now) {
    if (header.matches("[0-9]{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(header));
    }
    try {
      Instant at = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return at.isAfter(now) ? Duration.between(now, at) : Duration.ZERO;
    } catch (DateTimeParseException e) {
      return Duration.ZERO;
    }
  }

  private static Attempt failed(String error) {
    return new Attempt(
        0, error.substring(0, Math.min(error.length(), MAX_ERROR_LETTERS)), Duration.ZERO);
  }
}
