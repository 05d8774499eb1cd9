package io.flywheel.engine;

import java.util.Map;
import java.util.SortedSet;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;

/**
 * What is only read and never written, since it follows from rows that others write.
 *
 * @param <K> what is asked for
 * @param <S> the answer
 */
public interface ReadSlice<K extends Comparable<? super K>, S> extends Slice<K, S> {
  /** The answer by the rows that there are. */
  S read(Handle handle, K key);

  @Override
  default void load(Script script, SortedSet<K> keys, boolean lock, BiConsumer<K, S> found) {
    for (K key : keys) {
      found.accept(key, read(script.handle(), key));
    }
  }

  @Override
  default void save(Script script, Map<K, S> changed) {
    throw new IllegalStateException(getClass().getSimpleName() + " is only read");
  }
}
