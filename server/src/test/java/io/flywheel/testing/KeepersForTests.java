package io.flywheel.testing;

import io.flywheel.engine.Turn;
import io.flywheel.reward.PriceKeeper;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Price;
import java.util.EnumSet;
import java.util.Set;

/** A keeper for every kind of price, for tests of one that is real. */
public final class KeepersForTests {
  private KeepersForTests() {}

  /** The keeper, and one for all other kinds that fails when somebody pays with them. */
  public static Set<PriceKeeper> with(PriceKeeper keeper) {
    Set<Price.KindCase> others = EnumSet.allOf(Price.KindCase.class);
    others.remove(Price.KindCase.KIND_NOT_SET);
    others.removeAll(keeper.kinds());
    return Set.of(keeper, of(others));
  }

  /** A keeper of some kinds that fails when somebody pays with them. */
  public static PriceKeeper of(Set<Price.KindCase> kinds) {
    return new PriceKeeper() {
      @Override
      public Set<Price.KindCase> kinds() {
        return kinds;
      }

      @Override
      public void charge(Turn turn, Price price, Cause cause) {
        throw new AssertionError("charged " + price);
      }

      @Override
      public void refund(Turn turn, Price part, Cause cause) {
        throw new AssertionError("refunded " + part);
      }
    };
  }
}
