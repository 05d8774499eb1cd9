package io.flywheel.leaderboard;

/**
 * How many members have about which score: the scores below 256 one by one, those above in steps of
 * less than a hundredth of the score. It takes 29 KiB however many members there are. Not
 * thread-safe.
 */
final class ScoreHistogram {
  private static final int EXACT = 256;
  private static final int STEPS_BITS = 7;
  private static final int STEPS = 1 << STEPS_BITS;
  private static final int FIRST_EXPONENT = 8;

  private final int[] counts = new int[EXACT + (Long.SIZE - 1 - FIRST_EXPONENT) * STEPS];
  private int members;

  /** Counts a member. */
  void add(long score) {
    counts[bucketOf(score)]++;
    members++;
  }

  /** How many members were counted. */
  int members() {
    return members;
  }

  /**
   * About how many members have a higher score, as if those of one step were spread evenly over it.
   */
  int countAbove(long score) {
    int bucket = bucketOf(score);
    long above = 0;
    for (int i = counts.length - 1; i > bucket; i--) {
      above += counts[i];
    }
    double width = widthOf(bucket);
    double share = width == 1 ? 0 : 1 - (Math.max(0, score) - firstOf(bucket) + 1) / width;
    return (int) Math.min(Integer.MAX_VALUE, above + Math.round(share * counts[bucket]));
  }

  private static int bucketOf(long score) {
    if (score < EXACT) {
      return (int) Math.max(0, score);
    }
    int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(score);
    int step = (int) (score >>> (exponent - STEPS_BITS)) & (STEPS - 1);
    return EXACT + (exponent - FIRST_EXPONENT) * STEPS + step;
  }

  private static double widthOf(int bucket) {
    return bucket < EXACT ? 1 : (double) (1L << (exponentOf(bucket) - STEPS_BITS));
  }

  private static long firstOf(int bucket) {
    if (bucket < EXACT) {
      return bucket;
    }
    long step = (long) STEPS + (bucket - EXACT) % STEPS;
    return step << (exponentOf(bucket) - STEPS_BITS);
  }

  private static int exponentOf(int bucket) {
    return FIRST_EXPONENT + (bucket - EXACT) / STEPS;
  }
}
