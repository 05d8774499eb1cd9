package io.flywheel.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one turn changed on top of the states that it runs over, of which it becomes part when the
 * turn ends well. A turn changes states of its own viewer and shared ones, never another viewer's:
 * no lock guards those. Used by one thread.
 */
final class TurnStates implements States {
  private final States base;
  private final ViewerKey viewer;
  private final List<Runnable> rows = new ArrayList<>(0);
  private @Nullable Map<Slice<?, ?>, Map<Object, Object>> changed;

  /** Some of the viewer's states as they were before the turn, which are asked for many times. */
  private final @Nullable Slice<?, ?>[] slices = new Slice<?, ?>[6];

  private final @Nullable Object[] states = new Object[slices.length];
  private int known;

  TurnStates(States base, ViewerKey viewer) {
    this.base = base;
    this.viewer = viewer;
  }

  @Override
  public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    S own = own(slice, key);
    if (own != null) {
      return own;
    }
    if (!key.equals(viewer) || slice instanceof SharedSlice) {
      checkReach(slice, key);
      return base.get(slice, key);
    }
    for (int i = 0; i < known; i++) {
      if (slice.equals(slices[i])) {
        @SuppressWarnings("unchecked") // a state is kept beside the slice that it is of
        S state = (S) states[i];
        return state;
      }
    }
    S state = base.get(slice, key);
    if (known < slices.length) {
      slices[known] = slice;
      states[known++] = state;
    }
    return state;
  }

  @Override
  public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
    S own = own(slice, key);
    return own == null ? base.peek(slice, key) : own;
  }

  @Override
  public <K extends Comparable<? super K>, S> void want(Slice<K, S> slice, K key) {
    checkReach(slice, key);
    base.want(slice, key);
  }

  @Override
  public <K extends Comparable<? super K>, S> void set(Slice<K, S> slice, K key, S state) {
    if (slice instanceof SharedSlice) {
      get(slice, key); // locks it, if it was peeked at only
    } else {
      checkReach(slice, key);
    }
    if (changed == null) {
      changed = new LinkedHashMap<>();
    }
    changed.computeIfAbsent(slice, unused -> new LinkedHashMap<>()).put(key, state);
  }

  @Override
  public <R> void append(Appender<R> appender, R row) {
    rows.add(() -> base.append(appender, row));
  }

  /** Makes what changed part of the states that the turn ran over. */
  void merge() {
    if (changed != null) {
      changed.forEach(this::mergeSlice);
    }
    rows.forEach(Runnable::run);
  }

  @SuppressWarnings("unchecked") // a map holds for each slice only what belongs to it
  private <S> @Nullable S own(Slice<?, S> slice, Object key) {
    Map<Object, Object> own = changed == null ? null : changed.get(slice);
    return own == null ? null : (S) own.get(key);
  }

  @SuppressWarnings("unchecked")
  private <K extends Comparable<? super K>, S> void mergeSlice(
      Slice<K, S> slice, Map<Object, Object> own) {
    own.forEach((key, state) -> base.set(slice, (K) key, (S) state));
  }

  private void checkReach(Slice<?, ?> slice, Object key) {
    if (slice instanceof SharedSlice || key.equals(viewer)) {
      return;
    }
    if (!(key instanceof OfViewer part && part.viewer().equals(viewer))) {
      throw new IllegalStateException(
          ("%s of %s is out of reach for a turn of %s (expected: a state of its own viewer, or a"
                  + " shared one; peek at others, and leave them a follow-up)")
              .formatted(slice.getClass().getSimpleName(), key, viewer));
    }
  }
}
