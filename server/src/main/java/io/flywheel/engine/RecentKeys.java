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

  /** The keys that are likely to be asked for, by their slice; none, where they seldom were. */
  synchronized Map<SharedSlice<?, ?>, Set<Object>> likely() {
    if (worth < ENOUGH_WORTH) {
      return Map.of();
    }
    ImmutableMap.Builder<SharedSlice<?, ?>, Set<Object>> likely = ImmutableMap.builder();
    bySlice.forEach((slice, keys) -> likely.put(slice, ImmutableSet.copyOf(keys)));
    return likely.buildOrThrow();
  }

  /** A reading has asked for these keys, and for no others that are shared. */
  synchronized void learn(Map<SharedSlice<?, ?>, Set<Object>> asked) {
    if (asked.isEmpty()) {
      return; // of a viewer who is in no room
    }
    boolean found = true;
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
    }
    worth = Math.clamp(worth + (found ? FOUND : -1), 0, MOST_WORTH);
    bySlice.keySet().retainAll(asked.keySet());
  }
}
