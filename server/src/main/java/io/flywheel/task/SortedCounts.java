package io.flywheel.task;

import com.google.common.math.LongMath;
import java.util.Arrays;

/**
 * Counts by whole numbers in ascending order, such as what happened in which second. It knows from
 * which place on it has changed since it was read, so that only that much is written again: most of
 * what happens belongs to the last number. Used by one thread.
 */
final class SortedCounts {
  private long[] keys;
  private long[] counts;
  private int size;
  private int changedFrom;

  /**
   * Reads what is stored.
   *
   * @param size how many counts are stored
   * @param stored fills in the differences between the keys, and the counts
   */
  SortedCounts(int size, Stored stored) {
    this.keys = new long[size + 1];
    this.counts = new long[size + 1];
    this.size = size;
    this.changedFrom = size;
    long key = 0;
    for (int i = 0; i < size; i++) {
      key += stored.difference(i);
      keys[i] = key;
      counts[i] = stored.count(i);
    }
  }

  /** What is stored: each key as its difference to the one before. */
  interface Stored {
    long difference(int index);

    long count(int index);
  }

  int size() {
    return size;
  }

  /** The key at a place, from 0. */
  long key(int index) {
    return keys[index];
  }

  /** The count at a place, from 0. */
  long count(int index) {
    return counts[index];
  }

  /** How much the key at a place is above the one before. */
  long difference(int index) {
    return index == 0 ? keys[0] : keys[index] - keys[index - 1];
  }

  /** The first place that differs from what was read; the size: none does. */
  int changedFrom() {
    return changedFrom;
  }

  /** The count of a key; 0 where there is none. */
  long of(long key) {
    int index = indexOf(key);
    return index < 0 ? 0 : counts[index];
  }

  /** Adds to the count of a key, up to the greatest number there is. */
  void add(long key, long more) {
    int index = indexOf(key);
    if (index >= 0) {
      counts[index] = LongMath.saturatedAdd(counts[index], more);
      changedFrom = Math.min(changedFrom, index);
      return;
    }
    int place = -index - 1;
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, size + size / 2 + 1);
      counts = Arrays.copyOf(counts, keys.length);
    }
    System.arraycopy(keys, place, keys, place + 1, size - place);
    System.arraycopy(counts, place, counts, place + 1, size - place);
    keys[place] = key;
    counts[place] = more;
    size++;
    changedFrom = Math.min(changedFrom, place);
  }

  /** Forgets so many of the first counts. */
  void removeFirst(int number) {
    if (number > 0) {
      System.arraycopy(keys, number, keys, 0, size - number);
      System.arraycopy(counts, number, counts, 0, size - number);
      size -= number;
      changedFrom = 0;
    }
  }

  private int indexOf(long key) {
    return size > 0 && keys[size - 1] == key ? size - 1 : Arrays.binarySearch(keys, 0, size, key);
  }
}
