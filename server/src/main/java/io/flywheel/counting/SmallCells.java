package io.flywheel.counting;

import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Which figures say too much of single people for those who may not see people. Pure functions. */
public final class SmallCells {
  /** What fewer people did is not told. */
  public static final long LEAST = 50;

  private SmallCells() {}

  /** Whether a figure is left out. */
  public static boolean isSmall(long figure) {
    return figure < LEAST;
  }

  /** The figure; 0 where it is left out. */
  public static long shown(long figure) {
    return isSmall(figure) ? 0 : figure;
  }

  /**
   * Which of the parts of a sum that is told are left out: those that are small, those that are
   * left out anyway, and as many more, the smallest first, as make what remains of the sum no small
   * figure.
   */
  public static BitSet leftOut(long[] parts, BitSet anyway) {
    BitSet out = new BitSet();
    long remains = 0;
    for (int i = 0; i < parts.length; i++) {
      if (anyway.get(i) || isSmall(parts[i])) {
        out.set(i);
        remains += parts[i];
      }
    }
    int[] rest =
        IntStream.range(0, parts.length)
            .filter(i -> !out.get(i))
            .boxed()
            .sorted(Comparator.comparingLong(i -> parts[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int i = 0; i < rest.length && remains > 0 && isSmall(remains); i++) {
      out.set(rest[i]);
      remains += parts[rest[i]];
    }
    return out;
  }
}
