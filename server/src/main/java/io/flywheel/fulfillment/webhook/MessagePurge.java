package io.flywheel.fulfillment.webhook;

import com.google.inject.Inject;
import io.flywheel.platform.chores.Chore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Forgets messages that were delivered or dropped long ago. Thread-safe. */
public final class MessagePurge implements Chore {
  private static final int MESSAGES_A_STEP = 500;
  private static final Duration REST = Duration.ofMinutes(10);

  private final WebhookConfig config;
  private final EndpointDao endpoints;
  private final MessageDao messages;

  @Inject
  MessagePurge(WebhookConfig config, EndpointDao endpoints, MessageDao messages) {
    this.config = config;
    this.endpoints = endpoints;
    this.messages = messages;
  }

  @Override
  public String name() {
    return "webhook-messages";
  }

  @Override
  public Duration rest() {
    return REST;
  }

  @Override
  public Optional<byte[]> step(Handle handle, byte[] progress, Instant now) {
    String[] before = new String(progress, StandardCharsets.US_ASCII).split("\n", -1);
    EndpointKey last =
        before.length == 2 ? new EndpointKey(before[0], before[1]) : new EndpointKey("", "");
    Optional<EndpointKey> next = endpoints.after(handle, last);
    if (next.isEmpty()) {
      return Optional.empty();
    }
    int forgotten =
        messages.forget(
            handle, next.get(), now.minus(config.keep()).toEpochMilli(), MESSAGES_A_STEP);
    EndpointKey done = forgotten < MESSAGES_A_STEP ? next.get() : last;
    return Optional.of(
        (done.merchantId() + "\n" + done.endpointId()).getBytes(StandardCharsets.US_ASCII));
  }
}
