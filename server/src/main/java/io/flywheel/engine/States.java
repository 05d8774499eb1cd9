package io.flywheel.engine;

/**
 * What turns read and change, wherever it is kept: the rows of a batch's transaction, or memory.
 *
 * <p>Two ways of reading are kept apart. What is <em>got</em> is locked until the turn's changes
 * are saved, where others could change it too, so that what is set rests on it. What is
 * <em>peeked</em> at is read without a lock and may have changed before the turn ends; it is never
 * written back. Used by one thread.
 */
public interface States {
  /** A state, held until what was changed is saved; {@link Slice#initial} where there is none. */
  <K extends Comparable<? super K>, S> S get(Slice<K, S> slice, K key);

  /** A state as it was committed a moment ago, or as it was changed here since. */
  <K extends Comparable<? super K>, S> S peek(Slice<K, S> slice, K key);

  /**
   * Says that a state is about to be got, so that it is loaded together with others of which that
   * is said. Nothing hangs on it.
   */
  default <K extends Comparable<? super K>, S> void want(Slice<K, S> slice, K key) {}

  /** Replaces a state; a shared one is got first. */
  <K extends Comparable<? super K>, S> void set(Slice<K, S> slice, K key, S state);

  /** Adds a row to an appender. */
  <R> void append(Appender<R> appender, R row);
}
