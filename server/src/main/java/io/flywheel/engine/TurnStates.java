package io.flywheel.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

  /** The viewer's own states that were got or changed, which are few and asked for many times. */
  private @Nullable Slice<?, ?>[] slices = new Slice<?, ?>[8];

  private @Nullable Object[] states = new Object[slices.length];
  private boolean[] areChanged = new boolean[slices.length];
  private int known;

  /** All others that changed. */
  private @Nullable Map<Slice<?, ?>, Map<Object, Object>> changed;

  TurnStates(States base, ViewerKey viewer) {
    this.base = base;
    this.viewer = viewer;
  }

  @Override
  public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    if (!isOwn(slice, key)) {
      S state = changed(slice, key);
      if (state == null) {
        checkReach(slice, key);
        state = base.get(slice, key);
      }
      return state;
    }
    S state = known(slice);
    if (state == null) {
      state = base.get(slice, key);
      remember(slice, state);
    }
    return state;
  }

  @Override
  public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
    S state = isOwn(slice, key) ? known(slice) : changed(slice, key);
    return state == null ? base.peek(slice, key) : state;
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
    if (isOwn(slice, key)) {
      int place = remember(slice, state); // which may move the arrays
      areChanged[place] = true;
      return;
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
    for (int place = 0; place < known; place++) {
      if (areChanged[place]) {
        mergeOwn(place);
      }
    }
    if (changed != null) {
      changed.forEach(this::mergeSlice);
    }
    rows.forEach(Runnable::run);
  }

  private boolean isOwn(Slice<?, ?> slice, Object key) {
    return key.equals(viewer) && !(slice instanceof SharedSlice);
  }

  @SuppressWarnings("unchecked") // a state stands beside the slice that it is of
  private <S> @Nullable S known(Slice<?, S> slice) {
    int place = placeOf(slice);
    return place < known ? (S) states[place] : null;
  }

  /** Keeps one of the viewer's own states, and returns its place. */
  private int remember(Slice<?, ?> slice, Object state) {
    int place = placeOf(slice);
    if (place == slices.length) {
      slices = Arrays.copyOf(slices, 2 * place);
      states = Arrays.copyOf(states, 2 * place);
      areChanged = Arrays.copyOf(areChanged, 2 * place);
    }
    slices[place] = slice;
    states[place] = state;
    known = Math.max(known, place + 1);
    return place;
  }

  /** The place of one of the viewer's own states; behind the last: it is not known yet. */
  private int placeOf(Slice<?, ?> slice) {
    int place = 0;
    while (place < known && !slice.equals(slices[place])) {
      place++;
    }
    return place;
  }

  @SuppressWarnings("unchecked") // likewise
  private void mergeOwn(int place) {
    base.set(
        (Slice<ViewerKey, Object>) Objects.requireNonNull(slices[place]),
        viewer,
        Objects.requireNonNull(states[place]));
  }

  @SuppressWarnings("unchecked") // a map holds for each slice only what belongs to it
  private <S> @Nullable S changed(Slice<?, S> slice, Object key) {
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
