package io.flywheel.badge;

import com.google.common.collect.ImmutableMap;
import io.flywheel.counting.Counter;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.Recorded;
import io.flywheel.engine.JournalEntry;
import io.flywheel.engine.StateView;
import io.flywheel.v1.BadgeTier;
import io.flywheel.v1.Event;
import io.flywheel.v1.Trigger;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * What the journal tells of one viewer and badge: all that was done, by which thresholds were
 * crossed, and what of it no version of the program counted. Used by one thread.
 */
final class Retold {
  private BadgeTally all = BadgeTally.getDefaultInstance();
  private BadgeTally added = BadgeTally.getDefaultInstance();
  private final Map<Long, Long> crossed = new HashMap<>();
  private final long addedBefore;
  private long orders;

  /**
   * A viewer of whom nothing is told yet.
   *
   * @param addedBefore what was done under versions of the program before this one is not added
   */
  Retold(long addedBefore) {
    this.addedBefore = addedBefore;
  }

  /**
   * Takes an entry.
   *
   * @param isToAdd whether what was done under a version of the program is still to be added
   */
  void take(
      CompiledBadge badge,
      Counter counter,
      Recorded recorded,
      StateView view,
      JournalEntry entry,
      LongPredicate isToAdd) {
    if (counter.trigger() == Trigger.TRIGGER_REPURCHASE
        && recorded.eventOf(entry).filter(Event::hasOrdered).isPresent()) {
      orders++;
    }
    for (Occurrence occurrence : recorded.of(counter.trigger(), view, entry, orders)) {
      long millis = occurrence.at().toEpochMilli();
      if (badge.isOn(millis) && counter.matches(view, occurrence)) {
        long count = count(badge, counter, view, occurrence);
        cross(badge, count, millis);
        if (entry.programVersion() >= addedBefore && isToAdd.test(entry.programVersion())) {
          BadgeTally.Builder tally = added.toBuilder();
          long unused = Tally.add(tally, badge, counter, occurrence, view.program().calendar());
          added = tally.build();
        }
      }
    }
  }

  /** What no version of the program counted, and is still to be added. */
  BadgeTally added() {
    return added;
  }

  /** When thresholds were crossed, in epoch milliseconds. */
  ImmutableMap<Long, Long> crossed() {
    return ImmutableMap.copyOf(crossed);
  }

  private long count(CompiledBadge badge, Counter counter, StateView view, Occurrence occurrence) {
    BadgeTally.Builder tally = all.toBuilder();
    long count = Tally.add(tally, badge, counter, occurrence, view.program().calendar());
    all = tally.build();
    return count;
  }

  private void cross(CompiledBadge badge, long count, long millis) {
    for (BadgeTier tier : badge.tiers()) {
      if (tier.getThreshold() <= count) {
        crossed.putIfAbsent(tier.getThreshold(), millis);
      }
    }
  }
}
