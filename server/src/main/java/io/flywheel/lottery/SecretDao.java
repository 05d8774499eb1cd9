package io.flywheel.lottery;

import io.flywheel.platform.db.Database;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The secrets that the seeds of draws are made from, one a merchant; whoever needs the first one of
 * a merchant makes it. A secret never changes, so that nodes may keep what they have read.
 * Thread-safe.
 */
final class SecretDao {
  private final Database database;
  private final Map<String, byte[]> known = new ConcurrentHashMap<>();

  @Inject
  SecretDao(Database database) {
    this.database = database;
  }

  /** A merchant's secret; reads the database the first time. */
  byte[] of(String merchantId) {
    return known.computeIfAbsent(merchantId, this::read).clone();
  }

  private byte[] read(String merchantId) {
    byte[] fresh = new byte[FairNumber.SEED_BYTES];
    new SecureRandom().nextBytes(fresh);
    return database
        .jdbi()
        .inTransaction(handle -> {
          handle
              .createUpdate(
                  """
                  INSERT IGNORE INTO lottery_secret (merchant_id, secret)
                  VALUES (:merchant, :secret)\
                  """)
              .bind("merchant", merchantId)
              .bind("secret", fresh)
              .execute();
          return handle
              .createQuery("SELECT secret FROM lottery_secret WHERE merchant_id = :merchant")
              .bind("merchant", merchantId)
              .mapTo(byte[].class)
              .one();
        });
  }
}
