package io.flywheel.fulfillment.webhook;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.JournalReader;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.SaveWebhookEndpointRequest;
import io.flywheel.v1.WebhookEndpoint;
import io.flywheel.v1.WebhookMessageState;
import io.flywheel.v1.WebhookSecret;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;

/** Merchants' endpoints. Thread-safe. */
final class Endpoints {
  private static final int MAX_ENDPOINTS = 10;
  private static final int DELETED_AT_A_TIME = 1_000;

  private final WebhookConfig config;
  private final Database database;
  private final JournalReader journal;
  private final EndpointDao endpoints;
  private final MessageDao messages;
  private final Clock clock;

  @Inject
  Endpoints(
      WebhookConfig config,
      Database database,
      JournalReader journal,
      EndpointDao endpoints,
      MessageDao messages,
      Clock clock) {
    this.config = config;
    this.database = database;
    this.journal = journal;
    this.endpoints = endpoints;
    this.messages = messages;
    this.clock = clock;
  }

  /**
   * Makes an endpoint, or changes one.
   *
   * @throws ServiceException INVALID_FIELD; TOO_MANY_CONSUMERS
   */
  WebhookEndpoint save(EndpointKey key, SaveWebhookEndpointRequest request) {
    Target unused = Target.of(request.getUrl(), config.allowPrivateTargets());
    boolean enabled = !request.hasEnabled() || request.getEnabled();
    return database.inInsertingTransaction(handle -> {
      if (endpoints.lock(handle, key).isPresent()) {
        endpoints.change(handle, key, request.getUrl(), request.getKindsList(), enabled, "");
      } else {
        create(handle, key, request, enabled);
      }
      return shown(handle, endpoints.find(handle, key).orElseThrow());
    });
  }

  private void create(
      Handle handle, EndpointKey key, SaveWebhookEndpointRequest request, boolean enabled) {
    if (endpoints.all(handle, key.merchantId()).size() >= MAX_ENDPOINTS) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_TOO_MANY_CONSUMERS,
          "endpoint_id: one more (expected: at most %d; DeleteWebhookEndpoint removes one)"
              .formatted(MAX_ENDPOINTS));
    }
    endpoints.insert(
        handle,
        key,
        request.getUrl(),
        request.getKindsList(),
        enabled,
        Secrets.create(clock.instant()),
        clock.millis());
    journal.save(handle, key.readerId(), journal.end(key.merchantId()));
  }

  List<WebhookEndpoint> all(String merchantId) {
    return database.read(handle ->
        endpoints.all(handle, merchantId).stream().map(row -> shown(handle, row)).toList());
  }

  /** Deletes an endpoint and all that is kept for it. */
  void delete(EndpointKey key) {
    database.inTransaction(handle -> {
      endpoints.delete(handle, key);
      journal.remove(handle, key.merchantId(), key.readerId());
      return null;
    });
    int deleted = DELETED_AT_A_TIME;
    while (deleted == DELETED_AT_A_TIME) {
      deleted = database.inTransaction(handle -> messages.delete(handle, key, DELETED_AT_A_TIME));
    }
  }

  List<WebhookSecret> secrets(EndpointKey key) {
    return database
        .read(handle -> endpoints.find(handle, key))
        .orElseThrow(() -> notFound(key))
        .secrets()
        .shown(clock.instant());
  }

  List<WebhookSecret> rotate(EndpointKey key, String requestId, Duration keepFormer) {
    return change(
        key,
        (handle, row) -> {
          Secrets next = row.secrets().rotated(requestId, keepFormer, clock.instant());
          endpoints.setSecrets(handle, key, next);
          return next.shown(clock.instant());
        });
  }

  /** Changes something of an endpoint under its lock. */
  <T> T change(EndpointKey key, BiFunction<Handle, EndpointDao.Row, T> change) {
    return database.inTransaction(handle ->
        change.apply(handle, endpoints.lock(handle, key).orElseThrow(() -> notFound(key))));
  }

  /** Reads something of an endpoint. */
  <T> T read(EndpointKey key, BiFunction<Handle, EndpointDao.Row, T> reader) {
    return database.read(handle -> {
      Optional<EndpointDao.Row> row = endpoints.find(handle, key);
      return reader.apply(handle, row.orElseThrow(() -> notFound(key)));
    });
  }

  private WebhookEndpoint shown(Handle handle, EndpointDao.Row row) {
    Map<WebhookMessageState, Long> open = messages.open(handle, row.key());
    return WebhookEndpoint.newBuilder()
        .setEndpointId(row.key().endpointId())
        .setUrl(row.url())
        .addAllKinds(row.kinds())
        .setEnabled(row.enabled())
        .setDisabledReason(row.disabledReason())
        .setCreatedAt(Timestamps.fromMillis(row.createdMillis()))
        .setWaiting(
            open.getOrDefault(WebhookMessageState.WEBHOOK_MESSAGE_STATE_WAITING, 0L)
                + open.getOrDefault(WebhookMessageState.WEBHOOK_MESSAGE_STATE_BEHIND, 0L))
        .setDead(open.getOrDefault(WebhookMessageState.WEBHOOK_MESSAGE_STATE_DEAD, 0L))
        .build();
  }

  private static ServiceException notFound(EndpointKey key) {
    return ServiceException.of(
        ErrorReason.ERROR_REASON_ENDPOINT_NOT_FOUND,
        "endpoint_id: \"%s\" (expected: one that SaveWebhookEndpoint has made)"
            .formatted(key.endpointId()));
  }
}
