package io.flywheel.badge;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.google.inject.Inject;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.flywheel.platform.db.Database;
import io.flywheel.v1.BadgeTierStanding;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * How rare badges are: how many viewers hold a tier, of all whom the merchant knows, for a badge
 * can be earned by anyone. Counted again after some minutes, beside those who ask meanwhile: of a
 * million viewers it takes seconds. Thread-safe.
 */
final class Rarity {
  /** Of fewer viewers, a share says nothing, and tells too much of who they are. */
  private static final long FEWEST_VIEWERS = 50;

  private static final int MAX_KEPT = 10_000;
  private static final Duration COUNTED_AFTER = Duration.ofMinutes(3);
  private static final Duration KEPT_FOR = Duration.ofMinutes(5);

  private final Database database;
  private final BadgeDao dao;
  private final Clock clock;
  private final LoadingCache<String, Counts> known;

  @Inject
  Rarity(Database database, BadgeDao dao, Clock clock) {
    this.database = database;
    this.dao = dao;
    this.clock = clock;
    this.known =
        Caffeine.newBuilder()
            .maximumSize(MAX_KEPT)
            .refreshAfterWrite(COUNTED_AFTER)
            .expireAfterWrite(KEPT_FOR)
            .build(this::count);
  }

  /**
   * The counts of a merchant.
   *
   * @param viewers how many viewers the merchant knows
   */
  record Counts(Instant asOf, long viewers, Map<BadgeId, Long> holders) {
    /** Whether shares are told. */
    boolean isKnown() {
      return viewers >= FEWEST_VIEWERS;
    }

    void show(BadgeId badge, BadgeTierStanding.Builder tier) {
      long held = holders.getOrDefault(badge, 0L);
      tier.setHolders(held);
      if (isKnown()) {
        tier.setHoldersPerMillion((int) Math.min(1_000_000, held * 1_000_000 / viewers));
      }
    }

    Timestamp timestamp() {
      return Timestamps.fromMillis(asOf.toEpochMilli());
    }
  }

  Counts of(String merchantId) {
    return known.get(merchantId);
  }

  private Counts count(String merchantId) {
    return database.read(handle ->
        new Counts(
            clock.instant(), dao.viewers(handle, merchantId), dao.counts(handle, merchantId)));
  }
}
