package io.flywheel.engine;

import java.util.List;

/** A merchant's viewers by chance, for what says beforehand whom a change concerns. Thread-safe. */
public interface ViewerSample {
  /** How many viewers there are, as of a moment ago. */
  long count(String merchantId);

  /** Viewers in an order by chance that is always the same, the first of them. */
  List<ViewerKey> first(String merchantId, int limit);
}
