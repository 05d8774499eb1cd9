package io.flywheel.audience;

import com.google.inject.Inject;
import io.flywheel.platform.db.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Lets one node at a time bring a merchant's index up to date, so that two do not do the same. It
 * is no fence: whoever is late writes what the other did once more, and no harm. Thread-safe.
 */
final class IndexLeaseDao {
  /** A node that is gone is waited for so long. */
  static final Duration LENGTH = Duration.ofMinutes(2);

  private final Database database;
  private final Clock clock;
  private final String owner;

  @Inject
  IndexLeaseDao(Database database, Clock clock) {
    this(database, clock, UUID.randomUUID().toString());
  }

  /** A node by its name. */
  IndexLeaseDao(Database database, Clock clock, String owner) {
    this.database = database;
    this.clock = clock;
    this.owner = owner;
  }

  /** Takes the lease of a merchant, or goes on with it; false: another node has it. */
  boolean take(String merchantId) {
    long now = clock.millis();
    return database.inTransaction(handle -> {
      create(handle, merchantId);
      return handle
              .createUpdate(
                  """
                  UPDATE audience_lease SET owner = :owner, until_ms = :until
                  WHERE merchant_id = :merchantId AND (owner = :owner OR until_ms <= :now)\
                  """)
              .bind("merchantId", merchantId)
              .bind("owner", owner)
              .bind("until", now + LENGTH.toMillis())
              .bind("now", now)
              .execute()
          == 1;
    });
  }

  /** Leaves a merchant to whoever comes next. */
  void release(String merchantId) {
    database.inTransaction(handle ->
        handle
            .createUpdate(
                """
                UPDATE audience_lease SET until_ms = 0
                WHERE merchant_id = :merchantId AND owner = :owner\
                """)
            .bind("merchantId", merchantId)
            .bind("owner", owner)
            .execute());
  }

  private static void create(Handle handle, String merchantId) {
    handle
        .createUpdate(
            """
            INSERT INTO audience_lease (merchant_id, owner, until_ms) VALUES (:merchantId, '', 0)
            ON DUPLICATE KEY UPDATE merchant_id = VALUES(merchant_id)\
            """)
        .bind("merchantId", merchantId)
        .execute();
  }
}
