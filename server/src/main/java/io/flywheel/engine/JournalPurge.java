package io.flywheel.engine;

import com.google.inject.Inject;
import io.flywheel.engine.JournalDao.Head;
import io.flywheel.platform.chores.Chore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Forgets what the journal kept for long enough, log by log. What a registered reader has not read
 * yet is kept for longer, but not for ever.
 */
public final class JournalPurge implements Chore {
  private static final int STEP_ROWS = 500;

  private final JournalDao dao;
  private final JournalConfig config;

  @Inject
  JournalPurge(JournalDao dao, JournalConfig config) {
    this.dao = dao;
    this.config = config;
  }

  @Override
  public String name() {
    return "forget journals";
  }

  @Override
  public Duration rest() {
    return Duration.ofHours(1);
  }

  @Override
  public Optional<byte[]> step(Handle handle, byte[] progress, Instant now) {
    return log(handle, progress)
        .map(log -> {
          boolean more = log.log() != JournalDao.GONE && forgetSome(handle, log, now);
          return more ? progress : after(log);
        });
  }

  private Optional<Head> log(Handle handle, byte[] progress) {
    if (progress.length == 0) {
      return dao.logAfter(handle, "", Long.MIN_VALUE);
    }
    int split = progress.length - Long.BYTES;
    return dao.logAfter(
        handle,
        new String(progress, 0, split, StandardCharsets.US_ASCII),
        ByteBuffer.wrap(progress).getLong(split));
  }

  private static byte[] after(Head log) {
    byte[] merchant = log.merchantId().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(merchant.length + Long.BYTES)
        .put(merchant)
        .putLong(log.log())
        .array();
  }

  /** Whether there is more of the log to forget. */
  private boolean forgetSome(Handle handle, Head log, Instant now) {
    long before = micros(now.minus(config.keep()));
    long beforeAnyway = Math.min(before, micros(now.minus(config.keepForReaders())));
    long readByAll =
        dao.positions(handle, log.merchantId()).stream()
            .mapToLong(position -> JournalReader.parse(position).number(log.log()))
            .min()
            .orElse(Long.MAX_VALUE);
    if (dao.forget(handle, log, readByAll, before, STEP_ROWS) == STEP_ROWS
        || dao.forget(handle, log, log.number(), beforeAnyway, STEP_ROWS) == STEP_ROWS) {
      return true;
    }
    List<JournalDao.Place> left =
        dao.places(handle, log.merchantId(), log.log(), 0, log.number(), 1);
    if (left.isEmpty() && log.order() < before) {
      dao.remove(handle, log);
    }
    return false;
  }

  private static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1_000;
  }
}
