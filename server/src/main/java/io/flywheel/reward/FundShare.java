package io.flywheel.reward;

import java.util.Comparator;

/**
 * One of the shares of a budget, of which some of the lanes give without a look at the whole.
 *
 * @param given in all; never less than before
 * @param until how much it may give in all
 * @param withheld how often something was not given, by lanes that found the budget used up
 * @param programVersion by whose caps it was lent; to other versions it is worth nothing
 */
public record FundShare(Amounts given, Amounts until, long withheld, long programVersion) {
  public static final FundShare EMPTY = new FundShare(Amounts.NOTHING, Amounts.NOTHING, 0, 0);

  /**
   * One share of a budget of all viewers in one stretch of time.
   *
   * @param number from 0 to {@link Funds#SHARES} less one
   */
  public record Key(String merchantId, String id, String window, int number)
      implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::merchantId)
            .thenComparing(Key::id)
            .thenComparing(Key::window)
            .thenComparingInt(Key::number);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  FundShare plus(Amounts more) {
    return new FundShare(given.plus(more), until, withheld, programVersion);
  }

  FundShare withheld(long more) {
    return new FundShare(given, until, withheld + more, programVersion);
  }

  /** With nothing left. */
  FundShare calledIn() {
    return new FundShare(given, given, withheld, programVersion);
  }

  /** With so much left. */
  FundShare lent(Amounts left, long version) {
    return new FundShare(given, given.plus(left), withheld, version);
  }
}
