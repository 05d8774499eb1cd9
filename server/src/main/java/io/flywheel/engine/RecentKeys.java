package io.flywheel.engine;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which shared states of a merchant, such as rooms and their goals, readings of one kind have
 * lately asked for. A merchant's viewers are in few rooms at a time, so the next reading is likely
 * to ask for the same. They are foreseen for as long as that is true. Thread-safe.
 */
final class RecentKeys {
  /** How many keys of a slice are foreseen. */
  static final int MAX_KEYS = 8;

  /** Foreseen keys are worth their query if one reading of so many or more finds its own. */
  private static final int MOST_WORTH = 16;

  private static final int ENOUGH_WORTH = 8;
  private static final int FOUND = 4;

  @GuardedBy("this")
  private final Map<SharedSlice<?, ?>, LinkedHashSet<Object>> bySlice = new HashMap<>();

  @GuardedBy("this")
  private int worth = ENOUGH_WORTH;

  private volatile Map<SharedSlice<?, ?>, Set<Object>> likely = Map.of();

  /** Whether a reading that finds its keys among the likely ones teaches nothing. */
  private volatile boolean settled;

  /** The keys that are likely to be asked for, by their slice; none, where they seldom were. */
  Map<SharedSlice<?, ?>, Set<Object>> likely() {
    return likely;
  }

  /** A reading has asked for these keys, and for no others that are shared. */
  void learn(Map<SharedSlice<?, ?>, Set<Object>> asked) {
    // Of a viewer who is in no room, nothing is asked.
    if (!asked.isEmpty() && !(settled && isKnown(asked))) {
      learnNews(asked);
    }
  }

  private boolean isKnown(Map<SharedSlice<?, ?>, Set<Object>> asked) {
    Map<SharedSlice<?, ?>, Set<Object>> known = likely;
    if (asked.size() != known.size()) {
      return false;
    }
    for (Map.Entry<SharedSlice<?, ?>, Set<Object>> entry : asked.entrySet()) {
      Set<Object> keys = known.get(entry.getKey());
      if (keys == null || !keys.containsAll(entry.getValue())) {
        return false;
      }
    }
    return true;
  }

  private synchronized void learnNews(Map<SharedSlice<?, ?>, Set<Object>> asked) {
    boolean found = true;
    boolean full = false;
    for (Map.Entry<SharedSlice<?, ?>, Set<Object>> entry : asked.entrySet()) {
      LinkedHashSet<Object> known =
          bySlice.computeIfAbsent(entry.getKey(), unused -> new LinkedHashSet<>());
      found &= known.containsAll(entry.getValue());
      known.removeAll(entry.getValue());
      known.addAll(entry.getValue()); // the latest stand last
      Iterator<Object> eldest = known.iterator();
      for (int more = known.size() - MAX_KEYS; more > 0; more--) {
        eldest.next();
        eldest.remove();
      }
      full |= known.size() == MAX_KEYS;
    }
    worth = Math.clamp(worth + (found ? FOUND : -1), 0, MOST_WORTH);
    bySlice.keySet().retainAll(asked.keySet());
    settled = worth == MOST_WORTH && !full; // of many keys, those that were not asked for must go
    likely = worth < ENOUGH_WORTH ? Map.of() : copy();
  }

  @GuardedBy("this")
  private Map<SharedSlice<?, ?>, Set<Object>> copy() {
    ImmutableMap.Builder<SharedSlice<?, ?>, Set<Object>> copy = ImmutableMap.builder();
    bySlice.forEach((slice, keys) -> copy.put(slice, ImmutableSet.copyOf(keys)));
    return copy.buildOrThrow();
  }
}
