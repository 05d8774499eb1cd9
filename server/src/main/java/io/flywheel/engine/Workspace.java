package io.flywheel.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The states and appended rows of one batch, between their loading and their saving. Used by one
 * thread.
 */
final class Workspace {
  /** Thrown when a state is asked for that is not loaded; the turn runs again once it is. */
  static final class NotLoaded extends RuntimeException {
    private static final long serialVersionUID = 1;

    private NotLoaded() {
      super("a signal within the engine", null, false, false);
    }
  }

  private final Map<Slice<?, ?>, Loaded<?, ?>> loaded = new LinkedHashMap<>();

  /** In an order that all batches share, so that sums to which several add are locked in it. */
  private final Map<Appender<?>, List<Object>> appenders =
      new TreeMap<>(Comparator.comparing(appender -> appender.getClass().getName()));

  /** A state; asks for it to be loaded, and throws {@link NotLoaded}, if it is not there. */
  <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    Loaded<K, S> states = of(slice);
    S state = states.states.get(key);
    if (state == null) {
      states.wanted.add(key);
      throw new NotLoaded();
    }
    return state;
  }

  /** Asks for a state to be loaded. */
  <K extends Comparable<? super K>, S> void want(Slice<K, S> slice, K key) {
    Loaded<K, S> states = of(slice);
    if (!states.states.containsKey(key)) {
      states.wanted.add(key);
    }
  }

  <K extends Comparable<? super K>, S> void set(Slice<K, S> slice, K key, S state) {
    Loaded<K, S> states = of(slice);
    states.states.put(key, state);
    states.changed.put(key, state);
  }

  <R> void append(Appender<R> appender, R row) {
    appenders.computeIfAbsent(appender, unused -> new ArrayList<>()).add(row);
  }

  /** Runs the script, to which it adds the loading of what was asked for. */
  void load(Script script) {
    loaded.values().forEach(states -> states.load(script));
    script.run();
    loaded.values().forEach(Loaded::fillInitial);
  }

  /** Adds to the script the writing of what changed. */
  void save(Script script) {
    loaded.values().forEach(states -> states.save(script));
    appenders.forEach((appender, rows) -> append(script, appender, rows));
  }

  /**
   * Asks for everything that another attempt at the same batch had loaded, so that it is locked in
   * order.
   */
  void wantAllOf(Workspace earlier) {
    earlier.loaded.forEach((slice, states) -> states.copyKeysTo(this));
  }

  /** A map holds for each slice only what belongs to it. */
  @SuppressWarnings("unchecked")
  private <K extends Comparable<? super K>, S> Loaded<K, S> of(Slice<K, S> slice) {
    return (Loaded<K, S>) loaded.computeIfAbsent(slice, unused -> new Loaded<>(slice));
  }

  @SuppressWarnings("unchecked")
  private static <R> void append(Script script, Appender<R> appender, List<Object> rows) {
    appender.append(script, (List<R>) rows);
  }

  private static final class Loaded<K extends Comparable<? super K>, S> {
    private final Slice<K, S> slice;
    private final Map<K, S> states = new HashMap<>();
    private final SortedMap<K, S> changed = new TreeMap<>();
    private SortedSet<K> wanted = new TreeSet<>();
    private SortedSet<K> loading = new TreeSet<>();

    Loaded(Slice<K, S> slice) {
      this.slice = slice;
    }

    void load(Script script) {
      if (!wanted.isEmpty()) {
        loading = wanted;
        wanted = new TreeSet<>();
        slice.load(script, loading, true, states::put);
      }
    }

    void fillInitial() {
      for (K key : loading) {
        states.computeIfAbsent(key, slice::initial);
      }
      loading = new TreeSet<>();
    }

    void save(Script script) {
      if (!changed.isEmpty()) {
        slice.save(script, changed);
      }
    }

    void copyKeysTo(Workspace other) {
      states.keySet().forEach(key -> other.want(slice, key));
      wanted.forEach(key -> other.want(slice, key));
    }
  }

  /** What one turn changed, which becomes real when the turn ends well. */
  final class Overlay {
    private @Nullable Map<Slice<?, ?>, Map<Object, Object>> states;
    private final List<Runnable> rows = new ArrayList<>(0);

    @SuppressWarnings("unchecked")
    <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
      if (states != null) {
        Map<Object, Object> own = states.get(slice);
        Object state = own == null ? null : own.get(key);
        if (state != null) {
          return (S) state;
        }
      }
      return Workspace.this.get(slice, key);
    }

    <K extends Comparable<? super K>, S> void set(Slice<K, S> slice, K key, S state) {
      if (states == null) {
        states = new LinkedHashMap<>();
      }
      states.computeIfAbsent(slice, unused -> new LinkedHashMap<>()).put(key, state);
    }

    <R> void append(Appender<R> appender, R row) {
      rows.add(() -> Workspace.this.append(appender, row));
    }

    void merge() {
      if (states != null) {
        states.forEach(this::mergeSlice);
      }
      rows.forEach(Runnable::run);
    }

    @SuppressWarnings("unchecked")
    private <K extends Comparable<? super K>, S> void mergeSlice(
        Slice<K, S> slice, Map<Object, Object> own) {
      own.forEach((key, state) -> Workspace.this.set(slice, (K) key, (S) state));
    }
  }
}
