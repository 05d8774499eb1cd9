package io.flywheel.mall;

import io.flywheel.engine.OfViewer;
import io.flywheel.engine.ViewerKey;

/**
 * A redemption.
 *
 * @param number 1, 2, 3 … for each viewer
 */
record RedemptionKey(ViewerKey viewer, long number) implements OfViewer, Comparable<RedemptionKey> {
  @Override
  public int compareTo(RedemptionKey other) {
    int byViewer = viewer.compareTo(other.viewer);
    return byViewer != 0 ? byViewer : Long.compare(number, other.number);
  }
}
