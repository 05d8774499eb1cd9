package io.flywheel.room;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The time that was credited to one viewer over all rooms: disjoint intervals in epoch
 * milliseconds, of which only so many and only the newest stretch are kept. What lies before that
 * stretch is never credited, and where there would be too many intervals the oldest gaps are taken
 * as credited, so forgetting never credits a moment twice. Immutable.
 */
final class WatchedTime {
  /** How much is kept, and in how many intervals. */
  record Bounds(long keepMillis, int maxIntervals) {}

  /** A stretch of time, whose end is not part of it. */
  record Interval(long from, long to) {}

  /** What a report came to. */
  record Credit(WatchedTime watched, List<Interval> added) {}

  static final WatchedTime NONE = new WatchedTime(new long[0]);

  /** Beginnings and ends in turn, each greater than the one before. */
  private final long[] edges;

  private WatchedTime(long[] edges) {
    this.edges = edges;
  }

  /** Reads what {@link #pack} wrote. */
  static WatchedTime unpack(List<Long> packed) {
    long[] edges = new long[packed.size()];
    long edge = 0;
    for (int i = 0; i < edges.length; i++) {
      edge += packed.get(i);
      edges[i] = edge;
    }
    return new WatchedTime(edges);
  }

  /** The first beginning, and from then on the way from each edge to the next. */
  List<Long> pack() {
    List<Long> packed = new ArrayList<>(edges.length);
    long before = 0;
    for (long edge : edges) {
      packed.add(edge - before);
      before = edge;
    }
    return packed;
  }

  /** Credits what of a stretch has not been credited yet. */
  Credit credit(long from, long to, Bounds bounds) {
    long begin = edges.length == 0 ? from : Math.max(from, horizon(bounds));
    List<Interval> added = gaps(begin, to);
    if (added.isEmpty()) {
      return new Credit(this, added);
    }
    return new Credit(united(begin, to).trimmed(bounds), added);
  }

  private List<Interval> gaps(long from, long to) {
    List<Interval> gaps = new ArrayList<>(1);
    long at = from;
    for (int i = firstEndingFrom(from); i < edges.length && edges[i] < to; i += 2) {
      if (at < edges[i]) {
        gaps.add(new Interval(at, edges[i]));
      }
      at = Math.max(at, edges[i + 1]);
    }
    if (at < to) {
      gaps.add(new Interval(at, to));
    }
    return gaps;
  }

  /** Intervals that touch become one. */
  private WatchedTime united(long from, long to) {
    int first = firstEndingFrom(from);
    int after = first;
    while (after < edges.length && edges[after] <= to) {
      after += 2;
    }
    boolean joined = after > first;
    long[] united = new long[first + 2 + edges.length - after];
    System.arraycopy(edges, 0, united, 0, first);
    united[first] = joined ? Math.min(from, edges[first]) : from;
    united[first + 1] = joined ? Math.max(to, edges[after - 1]) : to;
    System.arraycopy(edges, after, united, first + 2, edges.length - after);
    return new WatchedTime(united);
  }

  private WatchedTime trimmed(Bounds bounds) {
    long[] kept = edges;
    int first = firstEndingFrom(horizon(bounds) + 1);
    int surplus = (edges.length - first) / 2 - bounds.maxIntervals();
    if (first == 0 && surplus <= 0) {
      return this;
    }
    kept = Arrays.copyOfRange(kept, first, kept.length);
    if (surplus > 0) {
      long oldest = kept[0];
      kept = Arrays.copyOfRange(kept, 2 * surplus, kept.length);
      kept[0] = oldest;
    }
    return new WatchedTime(kept);
  }

  private long horizon(Bounds bounds) {
    return edges[edges.length - 1] - bounds.keepMillis();
  }

  /** The index of the first interval's beginning whose end is not before a time. */
  private int firstEndingFrom(long time) {
    int low = 0;
    int high = edges.length / 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (edges[2 * middle + 1] < time) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return 2 * low;
  }
}
