package io.flywheel.fulfillment.webhook;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.WebhookMessage;
import io.flywheel.v1.WebhookMessageState;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * The rows of messages. Of each viewer's, the first that is not done is sent or dead, and the
 * others are behind it; whoever changes that holds the lock on the endpoint. Thread-safe.
 */
final class MessageDao {
  private static final int WAITING = WebhookMessageState.WEBHOOK_MESSAGE_STATE_WAITING_VALUE;
  private static final int BEHIND = WebhookMessageState.WEBHOOK_MESSAGE_STATE_BEHIND_VALUE;
  private static final int DEAD = WebhookMessageState.WEBHOOK_MESSAGE_STATE_DEAD_VALUE;
  private static final int DELIVERED = WebhookMessageState.WEBHOOK_MESSAGE_STATE_DELIVERED_VALUE;
  private static final int DROPPED = WebhookMessageState.WEBHOOK_MESSAGE_STATE_DROPPED_VALUE;

  @Inject
  MessageDao() {}

  /** A new message. */
  record Fresh(
      long number, String id, String viewerId, String type, String body, long createdMillis) {}

  /**
   * A message that is due.
   *
   * @param attempts how often it was sent
   */
  record Due(long number, String id, String viewerId, String body, int attempts) {}

  /** A message with its number. */
  record Listed(long number, WebhookMessage message) {}

  /**
   * Adds messages: sent at once, or behind others of their viewers. Those that are there already,
   * because a commit's answer was lost, stay as they are.
   */
  void insert(Handle handle, EndpointKey key, List<Fresh> messages, long nowMillis) {
    Set<String> busy = busy(handle, key, messages.stream().map(Fresh::viewerId).toList());
    PreparedBatch batch =
        handle.prepareBatch(
            """
            INSERT IGNORE INTO webhook_message
              (merchant_id, endpoint_id, message_number, message_id, viewer_id, type, body, state,
               moment_ms, created_ms, attempts, tried_ms, last_status, last_error)
            VALUES
              (:merchantId, :endpointId, :number, :id, :viewerId, :type, :body, :state, :now,
               :created, 0, NULL, 0, '')\
            """);
    for (Fresh message : messages) {
      of(batch, key)
          .bind("number", message.number)
          .bind("id", message.id)
          .bind("viewerId", message.viewerId)
          .bind("type", message.type)
          .bind("body", message.body.getBytes(StandardCharsets.UTF_8))
          .bind("state", busy.add(message.viewerId) ? WAITING : BEHIND)
          .bind("now", nowMillis)
          .bind("created", message.createdMillis)
          .add();
    }
    batch.execute();
  }

  /** Of some viewers those who have a message that is not done. */
  private static Set<String> busy(Handle handle, EndpointKey key, List<String> viewerIds) {
    return of(
            handle.createQuery(
                """
                SELECT DISTINCT viewer_id FROM webhook_message
                WHERE merchant_id = :merchantId AND endpoint_id = :endpointId
                  AND viewer_id IN (<viewerIds>) AND state IN (1, 2, 3)\
                """),
            key)
        .bindList("viewerIds", viewerIds.stream().distinct().toList())
        .mapTo(String.class)
        .collect(Collectors.toSet());
  }

  /** Those to be sent now, the longest waiting first. */
  List<Due> due(Handle handle, EndpointKey key, long nowMillis, int limit) {
    return of(
            handle.createQuery(
                """
                SELECT message_number, message_id, viewer_id, body, attempts FROM webhook_message
                WHERE merchant_id = :merchantId AND endpoint_id = :endpointId AND state = 1
                  AND moment_ms <= :now
                ORDER BY moment_ms, message_number LIMIT :limit\
                """),
            key)
        .bind("now", nowMillis)
        .bind("limit", limit)
        .map((row, context) ->
            new Due(
                row.getLong("message_number"),
                row.getString("message_id"),
                row.getString("viewer_id"),
                new String(row.getBytes("body"), StandardCharsets.UTF_8),
                row.getInt("attempts")))
        .list();
  }

  /** Whether at least so many wait to be sent. */
  boolean hasWaiting(Handle handle, EndpointKey key, int count) {
    return of(
            handle.createQuery(
                """
                SELECT message_number FROM webhook_message
                WHERE merchant_id = :merchantId AND endpoint_id = :endpointId AND state = 1
                ORDER BY moment_ms LIMIT 1 OFFSET :others\
                """),
            key)
        .bind("others", count - 1)
        .mapTo(Long.class)
        .findOne()
        .isPresent();
  }

  /** How many are in each state that is not done. */
  Map<WebhookMessageState, Long> open(Handle handle, EndpointKey key) {
    Map<WebhookMessageState, Long> counts = new HashMap<>();
    of(
            handle.createQuery(
                """
                SELECT state, COUNT(*) AS messages FROM webhook_message
                WHERE merchant_id = :merchantId AND endpoint_id = :endpointId
                  AND state IN (1, 2, 3)
                GROUP BY state\
                """),
            key)
        .map((row, context) ->
            counts.put(WebhookMessageState.forNumber(row.getInt("state")), row.getLong("messages")))
        .list();
    return counts;
  }

  /** Notes an attempt that succeeded, and lets the viewer's next one be sent. */
  void delivered(Handle handle, EndpointKey key, Due message, int status, long nowMillis) {
    tried(handle, key, message, DELIVERED, nowMillis, status, "", nowMillis);
    release(handle, key, message.viewerId, nowMillis);
  }

  /** Notes an attempt that failed, and when the next one is. */
  void failed(
      Handle handle,
      EndpointKey key,
      Due message,
      Sender.Attempt attempt,
      long nextMillis,
      long nowMillis) {
    tried(handle, key, message, WAITING, nextMillis, attempt.status(), attempt.error(), nowMillis);
  }

  /** Notes the last attempt. */
  void died(Handle handle, EndpointKey key, Due message, Sender.Attempt attempt, long nowMillis) {
    tried(handle, key, message, DEAD, nowMillis, attempt.status(), attempt.error(), nowMillis);
  }

  private static void tried(
      Handle handle,
      EndpointKey key,
      Due message,
      int state,
      long momentMillis,
      int status,
      String error,
      long nowMillis) {
    of(
            handle.createUpdate(
                """
                UPDATE webhook_message
                SET state = :state, moment_ms = :moment, attempts = attempts + 1, tried_ms = :now,
                  last_status = :status, last_error = :error
                WHERE merchant_id = :merchantId AND endpoint_id = :endpointId
                  AND message_number = :number AND state = 1\
                """),
            key)
        .bind("state", state)
        .bind("moment", momentMillis)
        .bind("now", nowMillis)
        .bind("status", status)
        .bind("error", error)
        .bind("number", message.number)
        .execute();
  }

  /** Sends the first that is behind, unless another one of the viewer is still to be done. */
  private static void release(Handle handle, EndpointKey key, String viewerId, long nowMillis) {
    boolean busy =
        of(
                handle.createQuery(
                    """
                    SELECT message_number FROM webhook_message
                    WHERE merchant_id = :merchantId AND endpoint_id = :endpointId
                      AND viewer_id = :viewerId AND state IN (1, 3) LIMIT 1\
                    """),
                key)
            .bind("viewerId", viewerId)
            .mapTo(Long.class)
            .findOne()
            .isPresent();
    if (busy) {
      return;
    }
    of(
            handle.createUpdate(
                """
                UPDATE webhook_message SET state = 1, moment_ms = :now
                WHERE merchant_id = :merchantId AND endpoint_id = :endpointId
                  AND viewer_id = :viewerId AND state = 2
                ORDER BY message_number LIMIT 1\
                """),
            key)
        .bind("now", nowMillis)
        .bind("viewerId", viewerId)
        .execute();
  }

  /** Has messages that are done or dead sent again, and returns how many. */
  int resend(Handle handle, EndpointKey key, Collection<String> ids, long nowMillis) {
    return of(
            handle.createUpdate(
                """
                UPDATE webhook_message SET state = 1, moment_ms = :now, attempts = 0
                WHERE merchant_id = :merchantId AND endpoint_id = :endpointId
                  AND message_id IN (<ids>) AND state IN (3, 4, 5)\
                """),
            key)
        .bind("now", nowMillis)
        .bindList("ids", List.copyOf(ids))
        .execute();
  }

  /** The same of those that came about within a time and are in a state. */
  int resend(
      Handle handle,
      EndpointKey key,
      WebhookMessageState state,
      long fromMillis,
      long untilMillis,
      long nowMillis,
      int limit) {
    return of(
            handle.createUpdate(
                """
                UPDATE webhook_message SET state = 1, moment_ms = :now, attempts = 0
                WHERE merchant_id = :merchantId AND endpoint_id = :endpointId
                  AND state = :state AND created_ms >= :from AND created_ms < :until
                ORDER BY message_number LIMIT :limit\
                """),
            key)
        .bind("now", nowMillis)
        .bind("state", state.getNumber())
        .bind("from", fromMillis)
        .bind("until", untilMillis)
        .bind("limit", limit)
        .execute();
  }

  /** Drops dead messages, sends what is behind them, and returns how many were dropped. */
  int drop(Handle handle, EndpointKey key, Collection<String> ids, long nowMillis) {
    List<String> viewerIds =
        of(
                handle.createQuery(
                    """
                    SELECT viewer_id FROM webhook_message
                    WHERE merchant_id = :merchantId AND endpoint_id = :endpointId
                      AND message_id IN (<ids>) AND state = 3\
                    """),
                key)
            .bindList("ids", List.copyOf(ids))
            .mapTo(String.class)
            .list();
    int dropped =
        of(
                handle.createUpdate(
                    """
                    UPDATE webhook_message SET state = :dropped, moment_ms = :now
                    WHERE merchant_id = :merchantId AND endpoint_id = :endpointId
                      AND message_id IN (<ids>) AND state = 3\
                    """),
                key)
            .bind("dropped", DROPPED)
            .bind("now", nowMillis)
            .bindList("ids", List.copyOf(ids))
            .execute();
    viewerIds.forEach(viewerId -> release(handle, key, viewerId, nowMillis));
    return dropped;
  }

  /** Messages, newest first. */
  List<Listed> list(
      Handle handle, EndpointKey key, WebhookMessageState state, long before, int limit) {
    boolean all = state == WebhookMessageState.WEBHOOK_MESSAGE_STATE_UNSPECIFIED;
    Query query =
        of(
            handle.createQuery(
                """
                SELECT message_number, message_id, viewer_id, type, body, state, moment_ms,
                  created_ms, attempts, tried_ms, last_status, last_error
                FROM webhook_message
                WHERE merchant_id = :merchantId AND endpoint_id = :endpointId
                  AND message_number < :before AND state IN (<states>)
                ORDER BY message_number DESC LIMIT :limit\
                """),
            key);
    return query
        .bind("before", before)
        .bindList(
            "states",
            all ? List.of(WAITING, BEHIND, DEAD, DELIVERED, DROPPED) : List.of(state.getNumber()))
        .bind("limit", limit)
        .map((row, context) -> new Listed(row.getLong("message_number"), message(row)))
        .list();
  }

  /** Forgets what was done before a time, a number of them at a time, and returns how many. */
  int forget(Handle handle, EndpointKey key, long beforeMillis, int limit) {
    int forgotten = 0;
    for (int state : List.of(DELIVERED, DROPPED)) {
      forgotten +=
          of(
                  handle.createUpdate(
                      """
                      DELETE FROM webhook_message
                      WHERE merchant_id = :merchantId AND endpoint_id = :endpointId
                        AND state = :state AND moment_ms < :before
                      ORDER BY moment_ms LIMIT :limit\
                      """),
                  key)
              .bind("state", state)
              .bind("before", beforeMillis)
              .bind("limit", limit)
              .execute();
    }
    return forgotten;
  }

  /** Deletes messages of an endpoint, a number of them at a time, and returns how many. */
  int delete(Handle handle, EndpointKey key, int limit) {
    return of(
            handle.createUpdate(
                """
                DELETE FROM webhook_message
                WHERE merchant_id = :merchantId AND endpoint_id = :endpointId
                ORDER BY message_number LIMIT :limit\
                """),
            key)
        .bind("limit", limit)
        .execute();
  }

  private static <S extends SqlStatement<S>> S of(S statement, EndpointKey key) {
    return statement.bind("merchantId", key.merchantId()).bind("endpointId", key.endpointId());
  }

  private static WebhookMessage message(ResultSet row) throws SQLException {
    WebhookMessage.Builder message =
        WebhookMessage.newBuilder()
            .setMessageId(row.getString("message_id"))
            .setViewerId(row.getString("viewer_id"))
            .setType(row.getString("type"))
            .setStateValue(row.getInt("state"))
            .setCreatedAt(Timestamps.fromMillis(row.getLong("created_ms")))
            .setAttempts(row.getInt("attempts"))
            .setLastStatus(row.getInt("last_status"))
            .setLastError(row.getString("last_error"))
            .setBody(new String(row.getBytes("body"), StandardCharsets.UTF_8));
    if (row.getInt("state") == WAITING) {
      message.setNextAttemptAt(Timestamps.fromMillis(row.getLong("moment_ms")));
    }
    long triedMillis = row.getLong("tried_ms");
    if (!row.wasNull()) {
      message.setLastAttemptAt(Timestamps.fromMillis(triedMillis));
    }
    return message.build();
  }
}
