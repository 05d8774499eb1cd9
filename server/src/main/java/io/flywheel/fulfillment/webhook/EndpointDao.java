package io.flywheel.fulfillment.webhook;

import com.google.inject.Inject;
import io.flywheel.v1.FulfillmentKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The rows of endpoints. Thread-safe. */
final class EndpointDao {
  private static final String COLUMNS =
      """
      SELECT merchant_id, endpoint_id, url, kinds, enabled, disabled_reason, secrets, next_number,
        owner, lease_ms, created_ms
      FROM webhook_endpoint\
      """;

  @Inject
  EndpointDao() {}

  /**
   * An endpoint.
   *
   * @param nextNumber the number of its next message
   * @param owner who sends its messages; empty: nobody
   * @param leaseMillis until when, in epoch milliseconds
   */
  record Row(
      EndpointKey key,
      String url,
      Set<FulfillmentKind> kinds,
      boolean enabled,
      String disabledReason,
      Secrets secrets,
      long nextNumber,
      String owner,
      long leaseMillis,
      long createdMillis) {}

  Optional<Row> find(Handle handle, EndpointKey key) {
    return one(handle, key, "");
  }

  /** The same, with a lock on it until the transaction ends. */
  Optional<Row> lock(Handle handle, EndpointKey key) {
    return one(handle, key, " FOR UPDATE");
  }

  private static Optional<Row> one(Handle handle, EndpointKey key, String lock) {
    return handle
        .createQuery(
            COLUMNS + " WHERE merchant_id = :merchantId AND endpoint_id = :endpointId" + lock)
        .bind("merchantId", key.merchantId())
        .bind("endpointId", key.endpointId())
        .map((row, context) -> read(row))
        .findOne();
  }

  List<Row> all(Handle handle, String merchantId) {
    return handle
        .createQuery(COLUMNS + " WHERE merchant_id = :merchantId ORDER BY endpoint_id")
        .bind("merchantId", merchantId)
        .map((row, context) -> read(row))
        .list();
  }

  /** The endpoints of all merchants that are on and that nobody looks after. */
  List<EndpointKey> unattended(Handle handle, long nowMillis) {
    return handle
        .createQuery(
            """
            SELECT merchant_id, endpoint_id FROM webhook_endpoint
            WHERE enabled = 1 AND lease_ms <= :now ORDER BY merchant_id, endpoint_id\
            """)
        .bind("now", nowMillis)
        .map((row, context) ->
            new EndpointKey(row.getString("merchant_id"), row.getString("endpoint_id")))
        .list();
  }

  /** The endpoint after one, over all merchants. */
  Optional<EndpointKey> after(Handle handle, EndpointKey key) {
    return handle
        .createQuery(
            """
            SELECT merchant_id, endpoint_id FROM webhook_endpoint
            WHERE merchant_id > :merchantId
              OR (merchant_id = :merchantId AND endpoint_id > :endpointId)
            ORDER BY merchant_id, endpoint_id LIMIT 1\
            """)
        .bind("merchantId", key.merchantId())
        .bind("endpointId", key.endpointId())
        .map((row, context) ->
            new EndpointKey(row.getString("merchant_id"), row.getString("endpoint_id")))
        .findOne();
  }

  void insert(
      Handle handle,
      EndpointKey key,
      String url,
      Collection<FulfillmentKind> kinds,
      boolean enabled,
      Secrets secrets,
      long nowMillis) {
    handle
        .createUpdate(
            """
            INSERT INTO webhook_endpoint
              (merchant_id, endpoint_id, url, kinds, enabled, disabled_reason, secrets, next_number,
               owner, lease_ms, created_ms)
            VALUES
              (:merchantId, :endpointId, :url, :kinds, :enabled, '', :secrets, 1, '', 0, :now)\
            """)
        .bind("merchantId", key.merchantId())
        .bind("endpointId", key.endpointId())
        .bind("url", url)
        .bind("kinds", write(kinds))
        .bind("enabled", enabled ? 1 : 0)
        .bind("secrets", secrets.toBytes())
        .bind("now", nowMillis)
        .execute();
  }

  void change(
      Handle handle,
      EndpointKey key,
      String url,
      Collection<FulfillmentKind> kinds,
      boolean enabled,
      String disabledReason) {
    handle
        .createUpdate(
            """
            UPDATE webhook_endpoint
            SET url = :url, kinds = :kinds, enabled = :enabled, disabled_reason = :reason
            WHERE merchant_id = :merchantId AND endpoint_id = :endpointId\
            """)
        .bind("url", url)
        .bind("kinds", write(kinds))
        .bind("enabled", enabled ? 1 : 0)
        .bind("reason", disabledReason)
        .bind("merchantId", key.merchantId())
        .bind("endpointId", key.endpointId())
        .execute();
  }

  void setSecrets(Handle handle, EndpointKey key, Secrets secrets) {
    handle
        .createUpdate(
            """
            UPDATE webhook_endpoint SET secrets = :secrets
            WHERE merchant_id = :merchantId AND endpoint_id = :endpointId\
            """)
        .bind("secrets", secrets.toBytes())
        .bind("merchantId", key.merchantId())
        .bind("endpointId", key.endpointId())
        .execute();
  }

  void setNextNumber(Handle handle, EndpointKey key, long nextNumber) {
    handle
        .createUpdate(
            """
            UPDATE webhook_endpoint SET next_number = :next
            WHERE merchant_id = :merchantId AND endpoint_id = :endpointId\
            """)
        .bind("next", nextNumber)
        .bind("merchantId", key.merchantId())
        .bind("endpointId", key.endpointId())
        .execute();
  }

  /** Says who sends its messages, and until when. */
  void setOwner(Handle handle, EndpointKey key, String owner, long leaseMillis) {
    handle
        .createUpdate(
            """
            UPDATE webhook_endpoint SET owner = :owner, lease_ms = :lease
            WHERE merchant_id = :merchantId AND endpoint_id = :endpointId\
            """)
        .bind("owner", owner)
        .bind("lease", leaseMillis)
        .bind("merchantId", key.merchantId())
        .bind("endpointId", key.endpointId())
        .execute();
  }

  void delete(Handle handle, EndpointKey key) {
    handle
        .createUpdate(
            """
            DELETE FROM webhook_endpoint
            WHERE merchant_id = :merchantId AND endpoint_id = :endpointId\
            """)
        .bind("merchantId", key.merchantId())
        .bind("endpointId", key.endpointId())
        .execute();
  }

  private static Row read(ResultSet row) throws SQLException {
    return new Row(
        new EndpointKey(row.getString("merchant_id"), row.getString("endpoint_id")),
        row.getString("url"),
        kinds(row.getString("kinds")),
        row.getInt("enabled") == 1,
        row.getString("disabled_reason"),
        Secrets.of(row.getBytes("secrets")),
        row.getLong("next_number"),
        row.getString("owner"),
        row.getLong("lease_ms"),
        row.getLong("created_ms"));
  }

  private static String write(Collection<FulfillmentKind> kinds) {
    return kinds.stream()
        .map(kind -> Integer.toString(kind.getNumber()))
        .collect(Collectors.joining(","));
  }

  private static Set<FulfillmentKind> kinds(String text) {
    return Arrays.stream(text.split(","))
        .filter(number -> !number.isEmpty())
        .map(number -> FulfillmentKind.forNumber(Integer.parseInt(number)))
        .collect(Collectors.toUnmodifiableSet());
  }
}
