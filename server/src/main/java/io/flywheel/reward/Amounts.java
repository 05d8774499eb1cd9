package io.flywheel.reward;

import com.google.common.math.LongMath;
import java.util.function.IntToLongFunction;

/**
 * What a budget counts: each is saturated at the greatest number.
 *
 * @param pieces coupons, or tiers of a task
 * @param valueMinor in the currency's minor unit
 */
public record Amounts(long points, long pieces, long valueMinor) {
  public static final Amounts NOTHING = new Amounts(0, 0, 0);

  /** How many kinds there are; see {@link #of(int)}. */
  static final int KINDS = 3;

  /** The amount of each kind by its number. */
  static Amounts ofEach(IntToLongFunction amount) {
    return new Amounts(amount.applyAsLong(0), amount.applyAsLong(1), amount.applyAsLong(2));
  }

  /** The amount of a kind: 0: points, 1: pieces, 2: value. */
  long of(int kind) {
    return switch (kind) {
      case 0 -> points;
      case 1 -> pieces;
      case 2 -> valueMinor;
      default -> throw new IllegalArgumentException("kind: " + kind);
    };
  }

  Amounts plus(Amounts other) {
    return ofEach(kind -> LongMath.saturatedAdd(of(kind), other.of(kind)));
  }

  Amounts times(long times) {
    return ofEach(kind -> LongMath.saturatedMultiply(of(kind), times));
  }
}
