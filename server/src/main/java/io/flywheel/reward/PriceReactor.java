package io.flywheel.reward;

import com.google.inject.Inject;
import io.flywheel.engine.Reactor;
import io.flywheel.engine.Turn;
import io.flywheel.v1.Price;
import io.flywheel.v1.PriceCharged;
import io.flywheel.v1.PriceRefunded;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * Brings charges and refunds to whoever keeps what is paid. It refuses to start where a kind of
 * price has no keeper, or two: a charge that nobody answers would be a free purchase. Thread-safe.
 */
public final class PriceReactor implements Reactor {
  private final Map<Price.KindCase, PriceKeeper> keepers = new EnumMap<>(Price.KindCase.class);

  /**
   * A reactor.
   *
   * @throws IllegalStateException unless each kind of price has exactly one keeper
   */
  @Inject
  public PriceReactor(Set<PriceKeeper> keepers) {
    for (PriceKeeper keeper : keepers) {
      for (Price.KindCase kind : keeper.kinds()) {
        PriceKeeper other = this.keepers.put(kind, keeper);
        if (other != null) {
          throw new IllegalStateException(
              "prices of the kind %s are kept by %s and %s (expected: one keeper)"
                  .formatted(kind, other.getClass().getName(), keeper.getClass().getName()));
        }
      }
    }
    for (Price.KindCase kind : Price.KindCase.values()) {
      if (kind != Price.KindCase.KIND_NOT_SET && !this.keepers.containsKey(kind)) {
        throw new IllegalStateException("nobody keeps prices of the kind " + kind);
      }
    }
  }

  @Override
  public void register(Reactions reactions) {
    reactions.onFact(PriceCharged.class, this::charge);
    reactions.onFact(PriceRefunded.class, this::refund);
  }

  private void charge(Turn turn, PriceCharged charged) {
    keeperOf(charged.getPrice()).charge(turn, charged.getPrice(), charged.getCause());
  }

  private void refund(Turn turn, PriceRefunded refunded) {
    keeperOf(refunded.getPart()).refund(turn, refunded.getPart(), refunded.getCause());
  }

  private PriceKeeper keeperOf(Price price) {
    PriceKeeper keeper = keepers.get(price.getKindCase());
    if (keeper == null) {
      throw new IllegalStateException("a price of no kind");
    }
    return keeper;
  }
}
