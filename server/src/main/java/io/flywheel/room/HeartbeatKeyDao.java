package io.flywheel.room;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.db.Database;
import java.security.SecureRandom;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The key of heartbeat tokens. It lies in the database, the one thing that all nodes share whatever
 * signs the callers' tokens, and the first node makes it. Thread-safe.
 */
@Singleton
final class HeartbeatKeyDao implements Lifecycle {
  private static final int KEY_BYTES = 32;

  private final Database database;
  private volatile @Nullable SecretKey key;

  @Inject
  HeartbeatKeyDao(Database database) {
    this.database = database;
  }

  SecretKey get() {
    SecretKey known = key;
    if (known == null) {
      throw new IllegalStateException("the key of heartbeat tokens has not been read yet");
    }
    return known;
  }

  @Override
  public Phase phase() {
    return Phase.FEATURES;
  }

  @Override
  public void start() {
    byte[] fresh = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(fresh);
    byte[] shared =
        database
            .jdbi()
            .inTransaction(handle -> {
              handle
                  .createUpdate(
                      "INSERT IGNORE INTO heartbeat_key (key_id, secret) VALUES (1, :secret)")
                  .bind("secret", fresh)
                  .execute();
              return handle
                  .createQuery("SELECT secret FROM heartbeat_key WHERE key_id = 1")
                  .mapTo(byte[].class)
                  .one();
            });
    key = new SecretKeySpec(shared, "HmacSHA256");
  }

  @Override
  public void stop() {}
}
