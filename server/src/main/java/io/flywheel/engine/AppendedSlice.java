package io.flywheel.engine;

/**
 * What is read of the rows that an {@link Appender} adds, such as a page of them. In memory it is
 * made of the rows that were added there.
 *
 * @param <K> what is asked for
 * @param <S> the answer
 */
public interface AppendedSlice<K extends Comparable<? super K>, S> extends ReadSlice<K, S> {
  /** The answer by the rows that were added in memory. */
  S readRows(K key, MemoryStates states);
}
