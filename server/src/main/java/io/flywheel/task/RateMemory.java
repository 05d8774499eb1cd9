package io.flywheel.task;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * How often a trigger counted in which stretch of a rate limit, over the days in which events may
 * still arrive. Packed, it has two or three bytes a stretch in which something happened. Used by
 * one thread.
 */
final class RateMemory {
  /** As many as a week has minutes; beyond it the oldest are forgotten. */
  static final int MAX_STRETCHES = 10_080;

  private final TreeMap<Long, Integer> times = new TreeMap<>();

  /** Reads what is stored, by this or an earlier version. */
  static RateMemory of(TaskRecordOrBuilder record) {
    RateMemory memory = new RateMemory();
    long stretch = 0;
    for (int i = 0; i < record.getRateStretchesCount(); i++) {
      stretch += record.getRateStretches(i);
      memory.times.put(stretch, record.getRateTimes(i));
    }
    for (RateRecord rate : record.getRatesList()) {
      memory.times.putIfAbsent(rate.getStretch(), rate.getTimes());
    }
    return memory;
  }

  /** How often it counted in a stretch. */
  int timesIn(long stretch) {
    return times.getOrDefault(stretch, 0);
  }

  /** Whether it is not known any more how often it counted in a stretch. */
  boolean hasForgotten(long stretch) {
    return times.size() >= MAX_STRETCHES && stretch < times.firstKey();
  }

  /** Notes that it counted in a stretch. */
  void add(long stretch, int more) {
    times.merge(stretch, more, Integer::sum);
  }

  /** Stores what may still be asked for. */
  void save(TaskRecord.Builder record, Instant newest, Duration kept, long stretchSeconds) {
    times.headMap(newest.minus(kept).getEpochSecond() / stretchSeconds).clear();
    while (times.size() > MAX_STRETCHES) {
      times.pollFirstEntry();
    }
    record.clearRates().clearRateStretches().clearRateTimes();
    long before = 0;
    for (Map.Entry<Long, Integer> entry : times.entrySet()) {
      record.addRateStretches(entry.getKey() - before).addRateTimes(entry.getValue());
      before = entry.getKey();
    }
  }
}
