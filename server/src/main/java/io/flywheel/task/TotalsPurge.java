package io.flywheel.task;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.inject.Inject;
import io.flywheel.platform.chores.Chore;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Forgets what tasks gave long ago, merchant by merchant. Thread-safe. */
final class TotalsPurge implements Chore {
  private static final int KEPT_DAYS = 400;

  private final TotalsDao dao;

  @Inject
  TotalsPurge(TotalsDao dao) {
    this.dao = dao;
  }

  @Override
  public String name() {
    return "forget totals of tasks";
  }

  @Override
  public Duration rest() {
    return Duration.ofDays(1);
  }

  /** The progress is the merchant to go on with. */
  @Override
  public Optional<byte[]> step(Handle handle, byte[] progress, Instant now) {
    Optional<String> merchant = dao.merchantFrom(handle, new String(progress, US_ASCII));
    if (merchant.isEmpty()) {
      return Optional.empty();
    }
    long before = now.atOffset(ZoneOffset.UTC).toLocalDate().toEpochDay() - KEPT_DAYS;
    boolean more = dao.purge(handle, merchant.get(), before);
    // The least id that is greater.
    return Optional.of((more ? merchant.get() : merchant.get() + "!").getBytes(US_ASCII));
  }
}
