package io.flywheel.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * States in memory, for turns that run without a database. Nobody else can change them, so that to
 * get and to peek is the same. Used by one thread.
 */
public final class MemoryStates implements States {
  private final Map<Slice<?, ?>, Map<Object, Object>> states = new HashMap<>();
  private final List<Object> rows = new ArrayList<>();

  @Override
  @SuppressWarnings("unchecked") // a map holds for each slice only what belongs to it
  public <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key) {
    if (slice instanceof AppendedSlice<K, S> appended) {
      return appended.readRows(key, this);
    }
    Object state = states.getOrDefault(slice, Map.of()).get(key);
    return state == null ? slice.initial(key) : (S) state;
  }

  @Override
  public <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key) {
    return get(slice, key);
  }

  @Override
  public <K extends Comparable<? super K>, S> void set(Slice<K, S> slice, K key, S state) {
    states.computeIfAbsent(slice, unused -> new HashMap<>()).put(key, state);
  }

  @Override
  public <R> void append(Appender<R> appender, R row) {
    rows.add(row);
  }

  /** The keys under which a slice has states. */
  @SuppressWarnings("unchecked") // a map holds for each slice only what belongs to it
  public <K extends Comparable<? super K>> Set<K> keys(Slice<K, ?> slice) {
    return (Set<K>) (Set<?>) states.getOrDefault(slice, Map.of()).keySet();
  }

  /** The rows of one type that were added to appenders, in their order. */
  public <R> List<R> rows(Class<R> type) {
    return rows.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Drops the rows, which grow with every turn. */
  public void dropRows() {
    rows.clear();
  }
}
