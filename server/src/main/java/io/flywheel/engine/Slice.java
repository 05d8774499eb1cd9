package io.flywheel.engine;

import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One feature's state of a viewer, or of something shared such as a budget: a column of the
 * viewer's row ({@link PackedSlice}) or a table of its own. A batch loads each slice for all of its
 * keys in one query and saves what changed in one multi-row write. States are immutable values.
 *
 * @param <K> {@link ViewerKey} or a key {@link OfViewer}, for state that the lock on the viewer
 *     guards; shared state is a {@link SharedSlice}
 * @param <S> the state
 */
public interface Slice<K extends Comparable<? super K>, S> {
  /** The state of a key that has no row. */
  S initial(K key);

  /**
   * Loads the rows there are, by what it adds to the script. What can't wait until the script is
   * run, such as locks that depend on what is there, goes by {@link Script#handle} at once.
   *
   * @param lock whether the batch will change what it reads. Shared rows are then locked, in the
   *     keys' order; rows of viewers need no lock of their own
   */
  void load(Script script, SortedSet<K> keys, boolean lock, BiConsumer<K, S> found);

  /**
   * How a state is found as one row, for it to be read with others where few are read; null: only
   * {@link #load} knows.
   */
  default @Nullable SingleRow<K, S> singleRow() {
    return null;
  }

  /** Adds to the script the write of the changed states, in the keys' order. */
  void save(Script script, Map<K, S> changed);
}
