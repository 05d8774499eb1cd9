package io.flywheel.engine;

import java.util.Map;

/**
 * What is only read, of rows that an {@link Appender} adds, such as a page of them. In memory it is
 * made of the rows that were added there.
 *
 * @param <K> what is asked for
 * @param <S> the answer
 */
public interface ReadSlice<K extends Comparable<? super K>, S> extends Slice<K, S> {
  /** The answer by the rows that were added in memory. */
  S readRows(K key, MemoryStates states);

  @Override
  default void save(Script script, Map<K, S> changed) {
    throw new IllegalStateException(getClass().getSimpleName() + " is only read");
  }
}
