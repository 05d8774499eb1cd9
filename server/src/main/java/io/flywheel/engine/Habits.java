package io.flywheel.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.collect.ImmutableSet;
import com.google.inject.Inject;
import com.google.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which states calls and readings of one kind have lately asked for, so that the next of the kind
 * has them loaded in one go: a small transaction spends its time in round trips. What is foreseen
 * wrongly costs a query more, and what is not foreseen is loaded when it is asked for, so nothing
 * hangs on it. Thread-safe.
 */
@Singleton
final class Habits {
  private final ConcurrentMap<Class<?>, Habit> byKind = new ConcurrentHashMap<>();

  @Inject
  Habits() {}

  /**
   * The habit of a kind.
   *
   * @param kind the class of a call's body, or of the function that reads: each place in the code
   *     that reads has a class of its own
   */
  Habit of(Class<?> kind) {
    return byKind.computeIfAbsent(kind, unused -> new Habit());
  }

  /** What one kind asks for. Thread-safe. */
  static final class Habit {
    /** A slice that was asked for once is foreseen until it was not asked for once. */
    private static final int ENOUGH = 4;

    /** A slice that is always asked for is foreseen until it was not asked for so many times. */
    private static final int MAX = 8;

    private static final int MAX_MERCHANTS = 1_000;

    private final ConcurrentMap<Slice<?, ?>, Integer> marks = new ConcurrentHashMap<>();

    /** The viewers' states among them. */
    private final Set<Slice<ViewerKey, ?>> ofViewers = ConcurrentHashMap.newKeySet();

    private volatile List<Slice<ViewerKey, ?>> likelyOfViewer = List.of();

    private final Cache<String, RecentKeys> byMerchant =
        Caffeine.newBuilder().maximumSize(MAX_MERCHANTS).build();

    private Habit() {}

    /** What the kind has lately asked for of what a merchant's viewers share. */
    RecentKeys recent(String merchantId) {
      return byMerchant.get(merchantId, unused -> new RecentKeys());
    }

    /** Whether a slice is likely to be asked for. */
    boolean has(Slice<?, ?> slice) {
      return marks.getOrDefault(slice, 0) >= ENOUGH;
    }

    /** The states of the viewer that are likely to be asked for, in the order to read them. */
    List<Slice<ViewerKey, ?>> ofViewer() {
      return likelyOfViewer;
    }

    /** One of the kind has asked for this, and nothing else. */
    void learn(Asked asked) {
      if (!isExpected(asked)) {
        learnNews(asked);
      }
    }

    /** Whether it is what is always asked for, so that there is nothing to learn. */
    private boolean isExpected(Asked asked) {
      return marks.size() == asked.size()
          && areExpected(asked.ofViewer)
          && areExpected(asked.others);
    }

    private boolean areExpected(Set<? extends Slice<?, ?>> slices) {
      for (Slice<?, ?> slice : slices) {
        if (marks.getOrDefault(slice, 0) < MAX) {
          return false;
        }
      }
      return true;
    }

    private synchronized void learnNews(Asked asked) {
      ofViewers.addAll(asked.ofViewer);
      for (Slice<?, ?> slice : asked.all()) {
        marks.merge(slice, ENOUGH, (before, unused) -> Math.min(before + 1, MAX));
      }
      for (Slice<?, ?> slice : marks.keySet()) {
        if (!asked.includes(slice)) {
          marks.computeIfPresent(slice, (unused, before) -> before <= 1 ? null : before - 1);
        }
      }
      likelyOfViewer = ofViewers.stream().filter(this::has).toList();
    }
  }

  /**
   * What was asked for.
   *
   * @param ofViewer states of the viewer
   * @param others states under keys of another kind
   */
  record Asked(ImmutableSet<Slice<ViewerKey, ?>> ofViewer, ImmutableSet<Slice<?, ?>> others) {
    private Set<Slice<?, ?>> all() {
      return ImmutableSet.<Slice<?, ?>>builder().addAll(ofViewer).addAll(others).build();
    }

    private int size() {
      return ofViewer.size() + others.size();
    }

    private boolean includes(Slice<?, ?> slice) {
      return others.contains(slice) || ofViewer.contains(slice);
    }

    /** Puts together what was asked for. Used by one thread. */
    static final class Builder {
      private final ImmutableSet.Builder<Slice<ViewerKey, ?>> ofViewer = ImmutableSet.builder();
      private final ImmutableSet.Builder<Slice<?, ?>> others = ImmutableSet.builder();

      /** Adds a slice, whose keys are of the type that a key is of. */
      @SuppressWarnings("unchecked")
      void add(Slice<?, ?> slice, Object key) {
        if (key instanceof ViewerKey && !(slice instanceof SharedSlice)) {
          ofViewer.add((Slice<ViewerKey, ?>) slice);
        } else {
          others.add(slice);
        }
      }

      Asked build() {
        return new Asked(ofViewer.build(), others.build());
      }
    }
  }
}
