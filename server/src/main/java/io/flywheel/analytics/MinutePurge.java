package io.flywheel.analytics;

import com.google.inject.Inject;
import io.flywheel.platform.chores.Chore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Forgets the figures of single minutes that are old enough. Thread-safe. */
public final class MinutePurge implements Chore {
  private static final byte[] MORE = {1};

  private final FiguresDao dao;
  private final AnalyticsConfig config;

  @Inject
  MinutePurge(FiguresDao dao, AnalyticsConfig config) {
    this.dao = dao;
    this.config = config;
  }

  @Override
  public String name() {
    return "forget minutes";
  }

  @Override
  public Duration rest() {
    return Duration.ofHours(1);
  }

  @Override
  public Optional<byte[]> step(Handle handle, byte[] progress, Instant now) {
    long before = now.minus(config.keepMinutesFor()).toEpochMilli() / Tally.MINUTE_MILLIS;
    return dao.purgeStep(handle, before) ? Optional.of(MORE) : Optional.empty();
  }
}
