package io.flywheel.task;

import java.time.Duration;
import java.time.Instant;

/**
 * How often a trigger counted in which stretch of a rate limit, over the days in which events may
 * still arrive. Packed, it has two or three bytes a stretch in which something happened. Used by
 * one thread.
 */
final class RateMemory {
  /** As many as a week has minutes; beyond it the oldest are forgotten. */
  static final int MAX_STRETCHES = 10_080;

  private final SortedCounts times;

  private RateMemory(SortedCounts times) {
    this.times = times;
  }

  /** Reads what is stored, by this or an earlier version. */
  static RateMemory of(TaskRecordOrBuilder record) {
    SortedCounts times =
        new SortedCounts(
            record.getRateStretchesCount(),
            new SortedCounts.Stored() {
              @Override
              public long difference(int index) {
                return record.getRateStretches(index);
              }

              @Override
              public long count(int index) {
                return record.getRateTimes(index);
              }
            });
    for (int i = 0; i < record.getRatesCount(); i++) {
      RateRecordOrBuilder rate = record.getRatesOrBuilder(i);
      if (times.of(rate.getStretch()) == 0) {
        times.add(rate.getStretch(), rate.getTimes());
      }
    }
    return new RateMemory(times);
  }

  /** How often it counted in a stretch. */
  int timesIn(long stretch) {
    return (int) times.of(stretch);
  }

  /** Whether it is not known any more how often it counted in a stretch. */
  boolean hasForgotten(long stretch) {
    return times.size() >= MAX_STRETCHES && stretch < times.key(0);
  }

  /** Notes that it counted in a stretch. */
  void add(long stretch, int more) {
    times.add(stretch, more);
  }

  /** Stores what may still be asked for. */
  void save(TaskRecord.Builder record, Instant newest, Duration kept, long stretchSeconds) {
    long oldest = newest.minus(kept).getEpochSecond() / stretchSeconds;
    int gone = Math.max(0, times.size() - MAX_STRETCHES);
    while (gone < times.size() && times.key(gone) < oldest) {
      gone++;
    }
    times.removeFirst(gone);
    if (times.changedFrom() == 0) {
      record.clearRateStretches().clearRateTimes();
    }
    if (record.getRatesCount() > 0) {
      record.clearRates();
    }
    for (int i = times.changedFrom(); i < times.size(); i++) {
      if (i < record.getRateStretchesCount()) {
        record.setRateStretches(i, times.difference(i)).setRateTimes(i, timesAt(i));
      } else {
        record.addRateStretches(times.difference(i)).addRateTimes(timesAt(i));
      }
    }
  }

  private int timesAt(int index) {
    return (int) times.count(index);
  }
}
