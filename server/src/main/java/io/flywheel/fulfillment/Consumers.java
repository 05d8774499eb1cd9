package io.flywheel.fulfillment;

import com.google.inject.Inject;
import com.google.protobuf.util.Timestamps;
import io.flywheel.engine.JournalCursor;
import io.flywheel.engine.JournalReader;
import io.flywheel.platform.db.Database;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.GrantConsumer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who must get everything, and how far each has come: readers of the journal. Thread-safe. */
final class Consumers {
  private static final String PREFIX = "grants:";
  private static final int MAX_CONSUMERS = 50;

  private final Database database;
  private final JournalReader journal;

  @Inject
  Consumers(Database database, JournalReader journal) {
    this.database = database;
    this.journal = journal;
  }

  /**
   * Where a consumer goes on; one that is new, or begins again, is registered there.
   *
   * @param startAt where it begins then; null: at what is recorded from now on
   * @throws ServiceException TOO_MANY_CONSUMERS
   */
  JournalCursor begin(
      String merchantId, String consumerId, @Nullable Instant startAt, boolean restart) {
    if (!restart) {
      Optional<JournalCursor> saved =
          database.read(handle -> journal.saved(handle, merchantId, PREFIX + consumerId));
      if (saved.isPresent()) {
        return saved.get();
      }
    }
    JournalCursor start =
        startAt == null ? journal.end(merchantId) : journal.since(merchantId, startAt);
    return database.inTransaction(handle -> {
      if (journal.readers(handle, merchantId, PREFIX).size() >= MAX_CONSUMERS && !restart) {
        throw ServiceException.of(
            ErrorReason.ERROR_REASON_TOO_MANY_CONSUMERS,
            "consumer_id: one more (expected: at most %d; DeleteGrantConsumer forgets one)"
                .formatted(MAX_CONSUMERS));
      }
      journal.save(handle, PREFIX + consumerId, start);
      return start;
    });
  }

  /**
   * Acknowledges everything up to a cursor.
   *
   * @throws ServiceException INVALID_FIELD; CONSUMER_NOT_FOUND
   */
  void acknowledge(String merchantId, String consumerId, String token) {
    JournalCursor cursor = cursor(merchantId, token);
    boolean known =
        database.inTransaction(handle -> journal.advance(handle, PREFIX + consumerId, cursor));
    if (!known) {
      throw ServiceException.of(
          ErrorReason.ERROR_REASON_CONSUMER_NOT_FOUND,
          "consumer_id: \"%s\" (expected: one that WatchGrants was called with)"
              .formatted(consumerId));
    }
  }

  List<GrantConsumer> all(String merchantId) {
    return database.read(handle -> journal.readers(handle, merchantId, PREFIX)).entrySet().stream()
        .map(reader -> consumer(reader.getKey().substring(PREFIX.length()), reader.getValue()))
        .toList();
  }

  void forget(String merchantId, String consumerId) {
    database.inTransaction(handle -> {
      journal.remove(handle, merchantId, PREFIX + consumerId);
      return null;
    });
  }

  private static GrantConsumer consumer(String id, JournalCursor cursor) {
    GrantConsumer.Builder consumer = GrantConsumer.newBuilder().setConsumerId(id);
    if (cursor.readUntil().isAfter(Instant.EPOCH)) {
      consumer.setAcknowledgedUntil(Timestamps.fromMillis(cursor.readUntil().toEpochMilli()));
    }
    return consumer.build();
  }

  private static JournalCursor cursor(String merchantId, String token) {
    try {
      JournalCursor cursor = JournalCursor.of(token);
      if (cursor.merchantId().equals(merchantId)) {
        return cursor;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw ServiceException.invalidField(
        "cursor", "not one of this merchant's (expected: a cursor that WatchGrants sent)");
  }
}
