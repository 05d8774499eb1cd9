package io.flywheel.audience;

import com.google.common.collect.Comparators;
import com.google.inject.Inject;
import com.google.inject.Singleton;
import io.flywheel.engine.JournalChunk;
import io.flywheel.engine.JournalCursor;
import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.JournalGapException;
import io.flywheel.engine.JournalReader;
import io.flywheel.platform.Lifecycle;
import io.flywheel.platform.db.Database;
import io.flywheel.v1.Event;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the journal and brings those viewers up to date who did something, each once however much
 * it was. It begins with what happens from its first start on; who was there before comes by {@link
 * AudienceChore}. It rests nine times as long as it worked, up to two minutes, so that it takes
 * little beside what viewers do: the more happens, the later is the index, and the more of what a
 * viewer did is one change. Of several nodes one at a time follows a merchant. Thread-safe.
 */
@Singleton
final class AudienceIndexer implements Lifecycle {
  private static final Logger log = LoggerFactory.getLogger(AudienceIndexer.class);
  private static final String READER = "audience";
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration LONGEST_REST = Duration.ofMinutes(2);
  private static final int REST_TIMES = 9;
  private static final int PART = 2_000;

  /** When so many viewers were found, they are written. */
  private static final int VIEWERS_A_STEP = 100_000;

  private final JournalReader journal;
  private final Database database;
  private final AudienceIndex index;
  private final MovedMerchants moved;
  private final IndexLeaseDao lease;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("audience").factory());

  @Inject
  AudienceIndexer(
      JournalReader journal,
      Database database,
      AudienceIndex index,
      MovedMerchants moved,
      IndexLeaseDao lease) {
    this.journal = journal;
    this.lease = lease;
    this.database = database;
    this.index = index;
    this.moved = moved;
  }

  @Override
  public Phase phase() {
    return Phase.FEATURES;
  }

  @Override
  public void start() {
    again(INTERVAL);
  }

  @Override
  public void stop() throws InterruptedException {
    timer.shutdownNow();
    timer.awaitTermination(10, TimeUnit.SECONDS);
  }

  private void again(Duration rest) {
    if (!timer.isShutdown()) {
      var unused = timer.schedule(this::followAndRest, rest.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void followAndRest() {
    long began = System.nanoTime();
    try {
      followAll();
    } finally {
      again(rest(Duration.ofNanos(System.nanoTime() - began)));
    }
  }

  /** How long it rests after it worked for a while. */
  static Duration rest(Duration worked) {
    return Comparators.min(
        Comparators.max(worked.multipliedBy(REST_TIMES), INTERVAL), LONGEST_REST);
  }

  private void followAll() {
    for (String merchantId : moved.take()) {
      try {
        if (!follow(merchantId)) {
          moved.again(merchantId);
        }
      } catch (RuntimeException e) {
        moved.again(merchantId);
        log.warn("The audience of {} was not brought up to date; it is tried again", merchantId, e);
      }
    }
  }

  /**
   * Brings the index of a merchant up to date with all that is in the journal by now.
   *
   * @return false: another node does
   */
  boolean follow(String merchantId) {
    if (!lease.take(merchantId)) {
      return false;
    }
    try {
      JournalCursor place =
          database
              .read(handle -> journal.saved(handle, merchantId, READER))
              .orElseGet(() -> journal.first(merchantId));
      boolean more = true;
      while (more && lease.take(merchantId)) {
        try {
          Optional<JournalCursor> next = step(place);
          more = next.isPresent();
          place = next.orElse(place);
        } catch (JournalGapException e) {
          place = journal.first(merchantId); // the daily walk finds what is missed
        }
      }
      return !more;
    } finally {
      lease.release(merchantId);
    }
  }

  /** Takes a stretch of the journal; empty: that was all. */
  private Optional<JournalCursor> step(JournalCursor from) {
    Set<String> viewers = new HashSet<>();
    AudienceIndex.Sightings sightings = new AudienceIndex.Sightings();
    JournalCursor place = from;
    boolean more = true;
    while (more && viewers.size() < VIEWERS_A_STEP) {
      JournalChunk chunk = journal.next(place, PART);
      for (JournalEntry entry : chunk.entries()) {
        if (entry.viewer().isViewer()) {
          viewers.add(entry.viewer().viewerId());
          if (isActivity(entry)) {
            sightings.add(
                entry.viewer().viewerId(),
                new AudienceIndex.Seen(entry.at().toEpochMilli(), entry.roomId()));
          }
        }
      }
      place = chunk.next();
      more = chunk.more();
    }
    index.update(from.merchantId(), viewers, sightings.byViewer());
    JournalCursor reached = place;
    database.inTransaction(handle -> {
      if (!journal.advance(handle, READER, reached)) {
        journal.save(handle, READER, reached);
      }
      return null;
    });
    return more ? Optional.of(reached) : Optional.empty();
  }

  private static boolean isActivity(JournalEntry entry) {
    return entry
            .body(Event.getDefaultInstance())
            .filter(event -> !event.hasRefunded() && !event.hasOrderCompletion())
            .isPresent()
        || entry.facts().stream()
            .anyMatch(fact ->
                fact.hasRoomEntered()
                    || fact.hasWatchCredited()
                    || (fact.hasCheckedIn() && !fact.getCheckedIn().getMadeUp()));
  }
}
