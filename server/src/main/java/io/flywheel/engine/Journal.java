package io.flywheel.engine;

import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.v1.Fact;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;

/**
 * The record of every action that took effect and of what it set off. It is written by the
 * transaction that carries the action out, and read by {@link JournalReader}. Thread-safe.
 */
@Singleton
final class Journal {
  private static final int SALT_BYTES = 32;

  private final JournalConfig config;
  private final JournalDao dao;
  private final JournalTexts texts;
  private final Set<String> excepted;
  private final SecureRandom random = new SecureRandom();
  private final ConcurrentHashMap<String, byte[]> salts = new ConcurrentHashMap<>();

  @Inject
  Journal(JournalConfig config, JournalDao dao, JournalTexts texts) {
    this.config = config;
    this.dao = dao;
    this.texts = texts;
    this.excepted = config.excepted();
  }

  /** An action that takes effect if the transaction commits. */
  record Taken(Action action, long programVersion, List<Fact> facts) {}

  /**
   * What writes logs of its own, for one thread.
   *
   * @param shard a number that no other lane of any node has
   */
  JournalWriter newWriter(int shard) {
    return new JournalWriter(this, dao, texts, shard);
  }

  /** Whether what happens to the viewers of a merchant is recorded. */
  boolean records(String merchantId) {
    return config.enabled() && !excepted.contains(merchantId);
  }

  /** An id that no log has. */
  long newLog() {
    return random.nextLong(1, Long.MAX_VALUE);
  }

  /**
   * The salt of a merchant's texts. The first one is made in a transaction that may be undone, so
   * it is only remembered here once another transaction has found it again.
   */
  byte[] salt(Handle handle, String merchantId) {
    byte[] known = salts.get(merchantId);
    if (known != null) {
      return known;
    }
    byte[] candidate = new byte[SALT_BYTES];
    random.nextBytes(candidate);
    byte[] salt = dao.salt(handle, merchantId, candidate);
    if (!Arrays.equals(salt, candidate)) {
      salts.put(merchantId, salt);
    }
    return salt;
  }
}
