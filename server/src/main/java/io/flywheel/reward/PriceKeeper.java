package io.flywheel.reward;

import io.flywheel.engine.Turn;
import io.flywheel.v1.Cause;
import io.flywheel.v1.Price;
import java.util.Set;

/**
 * Keeps something that viewers pay with. Features bind theirs with a multibinder; each kind of
 * price has exactly one keeper. Thread-safe.
 */
public interface PriceKeeper {
  /** The kinds of price that it takes. */
  Set<Price.KindCase> kinds();

  /**
   * Takes a price from the turn's viewer.
   *
   * @param cause what it is for, unique among the viewer's charges
   * @throws io.flywheel.platform.errors.ServiceException if the viewer has too little
   */
  void charge(Turn turn, Price price, Cause cause);

  /**
   * Gives back a price, or a part of it.
   *
   * @param cause the charge's
   */
  void refund(Turn turn, Price part, Cause cause);
}
