package io.flywheel.engine;

import com.google.inject.Inject;
import com.google.protobuf.ByteString;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Which events and requests took effect, and the requests' answers. Thread-safe. */
final class ActionLog {
  /** Under this merchant lie rows of versions that did not know whose they are. */
  static final String FORMER_MERCHANT = "";

  private static final String FIND =
      """
      SELECT action_key, content_hash, answer FROM action_log
      WHERE merchant_id = ? AND action_key IN\
      """;

  private static final SingleRow<ActionKey, First> ROW =
      new SingleRow<>(
          "action_log",
          List.of("merchant_id", "action_key"),
          List.of("content_hash", "answer"),
          (values, key) -> {
            values.text(key.merchantId());
            values.bytes(key.toBytes());
          },
          (row, first) -> first(row.getBytes(first), row.getBytes(first + 1)));

  /** Nobody writes such rows, so once there are none there never will be. */
  private volatile boolean mayHaveFormerRows = true;

  @Inject
  ActionLog() {}

  /**
   * What took effect under an id.
   *
   * @param answer empty: none
   */
  record First(Id contentHash, ByteString answer) {
    /** The answer for who repeats it; fails if the id was used for another content. */
    ByteString answerTo(Action.Remembered repeated) {
      if (!contentHash.equals(repeated.contentHash())) {
        throw ServiceException.of(
            ErrorReason.ERROR_REASON_REQUEST_ID_REUSED,
            "this id was used before with another content; use a new id for a new request");
      }
      return answer;
    }
  }

  /** An action that took effect. */
  record Row(ActionKey key, First first) {}

  /** What took effect under an id before; empty: nothing. */
  Optional<First> find(Handle handle, ActionKey key) {
    Map<Id, First> found = new HashMap<>();
    Script script = new Script(handle);
    find(script, null, List.of(key), found);
    script.run();
    return Optional.ofNullable(found.getOrDefault(key.hash(), found.get(key.formerHash())));
  }

  /**
   * Whether only {@link #find} knows for sure what took effect before: {@link #append} does not
   * fail for rows of former versions.
   */
  boolean mayHaveFormerRows() {
    return mayHaveFormerRows;
  }

  /**
   * Adds to a script the finding of those of the actions that took effect before.
   *
   * @param beside takes it, where nothing more than a row has to be read; null: the script does
   * @param found by the hash of a key, or its former hash
   */
  void find(
      Script script,
      @Nullable SideBySide beside,
      Collection<ActionKey> keys,
      Map<Id, First> found) {
    if (beside != null && !hasFormerRows(script)) {
      keys.forEach(key -> beside.add(ROW, key, first -> found.put(key.hash(), first)));
      return;
    }
    Map<String, List<byte[]>> byMerchant = new TreeMap<>();
    for (ActionKey key : keys) {
      byMerchant.computeIfAbsent(key.merchantId(), unused -> new ArrayList<>()).add(key.toBytes());
    }
    if (!keys.isEmpty() && hasFormerRows(script)) {
      byMerchant.put(FORMER_MERCHANT, keys.stream().map(ActionKey::formerBytes).toList());
    }
    byMerchant.forEach((merchantId, ofMerchant) ->
        script.read(
            FIND,
            merchantId,
            "",
            ofMerchant,
            (values, key) -> values.bytes(key),
            row -> read(row, found)));
  }

  /**
   * Remembers actions. It fails as a whole if one of them is remembered: by another node that was
   * faster, or because nobody has looked.
   */
  void append(Script script, List<Row> rows, Instant now) {
    script.write(
        """
        INSERT INTO action_log (merchant_id, action_key, content_hash, created_ms, answer)
        VALUES\
        """,
        5,
        "",
        rows,
        (values, row) -> bind(values, row, now));
  }

  private boolean hasFormerRows(Script script) {
    if (mayHaveFormerRows) {
      mayHaveFormerRows =
          script
              .handle()
              .createQuery("SELECT 1 FROM action_log WHERE merchant_id = :former LIMIT 1")
              .bind("former", FORMER_MERCHANT)
              .mapTo(Integer.class)
              .findFirst()
              .isPresent();
    }
    return mayHaveFormerRows;
  }

  private static void read(ResultSet row, Map<Id, First> found) throws SQLException {
    found.put(
        ActionKey.hashOf(row.getBytes("action_key")),
        first(row.getBytes("content_hash"), row.getBytes("answer")));
  }

  private static First first(byte[] contentHash, byte @Nullable [] answer) {
    return new First(
        Id.fromBytes(contentHash), answer == null ? ByteString.EMPTY : ByteString.copyFrom(answer));
  }

  private static void bind(Values values, Row row, Instant now) {
    ByteString answer = row.first.answer;
    values.text(row.key.merchantId());
    values.bytes(row.key.toBytes());
    values.bytes(row.first.contentHash.toBytes());
    values.number(now.toEpochMilli());
    values.bytes(answer.isEmpty() ? null : answer.toByteArray());
  }
}
