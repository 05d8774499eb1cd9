package io.flywheel.audience;

import com.google.inject.Inject;
import io.flywheel.engine.Action;
import io.flywheel.engine.CommitListener;
import io.flywheel.v1.Fact;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The merchants whose viewers did something on this node since it was last asked. Thread-safe. */
final class MovedMerchants implements CommitListener {
  private final Set<String> moved = ConcurrentHashMap.newKeySet();

  @Inject
  MovedMerchants() {}

  @Override
  public void committed(Action action, List<Fact> facts) {
    moved.add(action.viewer().merchantId());
  }

  /** Those merchants, which are forgotten by it. */
  Set<String> take() {
    Set<String> taken = Set.copyOf(moved);
    moved.removeAll(taken);
    return taken;
  }

  /** Has a merchant looked after again. */
  void again(String merchantId) {
    moved.add(merchantId);
  }
}
