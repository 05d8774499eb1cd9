package io.flywheel.reward;

import java.util.Comparator;

/**
 * The row that a budget's whole is kept in, for one stretch of time. What its shares have given is
 * in the shares' own rows ({@link FundShare}); {@link Funds} has the rules.
 *
 * @param given by those who locked this row
 * @param lent what the shares may give, with what they have given: the sum of their {@code until}
 * @param spare of that, what the shares had left when it was reckoned up last. 0: they have nothing
 *     left, and {@code lent} is what they have given
 * @param largestPermille the greatest part of the caps, in thousandths, that was asked for at once
 *     when the shares had to be called in for it: so much is not lent any more
 * @param withheld how often something was not given, by those who locked this row
 * @param toldPercent the notice that was given last: 80 or 100; 0: none
 * @param programVersion by whose caps the shares were reckoned up last; 0: there are none yet
 */
public record Fund(
    Amounts given,
    Amounts lent,
    Amounts spare,
    long largestPermille,
    long withheld,
    long toldPercent,
    long programVersion) {
  public static final Fund UNTOUCHED =
      new Fund(Amounts.NOTHING, Amounts.NOTHING, Amounts.NOTHING, 0, 0, 0, 0);

  /**
   * A budget in one stretch of time.
   *
   * @param id of the budget, or of the task that has it
   * @param window the stretch: such as "once", a day or a week
   * @param viewerId whose it is, where each viewer has one; else empty
   */
  public record Key(String merchantId, String id, String window, String viewerId)
      implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::merchantId)
            .thenComparing(Key::id)
            .thenComparing(Key::window)
            .thenComparing(Key::viewerId);

    /** The key of what all viewers have together. */
    public static Key ofAll(String merchantId, String id, String window) {
      return new Key(merchantId, id, window, "");
    }

    boolean isOfViewer() {
      return !viewerId.isEmpty();
    }

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /** The most that may have been given of a kind. */
  long atMost(int kind) {
    return given.of(kind) + lent.of(kind);
  }

  /** The least that was given of a kind; exact where the shares have nothing left. */
  long atLeast(int kind) {
    return atMost(kind) - spare.of(kind);
  }

  /** Whether shares may have something left of a kind. */
  boolean isOut(int kind) {
    return spare.of(kind) > 0;
  }

  Fund plus(Amounts more) {
    return new Fund(
        given.plus(more), lent, spare, largestPermille, withheld, toldPercent, programVersion);
  }

  Fund withheld(long more) {
    return new Fund(
        given, lent, spare, largestPermille, withheld + more, toldPercent, programVersion);
  }

  Fund told(long percent) {
    return new Fund(given, lent, spare, largestPermille, withheld, percent, programVersion);
  }

  /** Reckoned up: what the shares may give and what of it they have left. */
  Fund lending(Amounts all, Amounts left, long largest, long version) {
    return new Fund(given, all, left, largest, withheld, toldPercent, version);
  }
}
