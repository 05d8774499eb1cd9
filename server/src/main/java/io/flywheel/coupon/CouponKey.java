package io.flywheel.coupon;

import io.flywheel.engine.OfViewer;
import io.flywheel.engine.ViewerKey;

/**
 * A coupon.
 *
 * @param number its grant's, among the viewer's
 */
record CouponKey(ViewerKey viewer, long number) implements OfViewer, Comparable<CouponKey> {
  @Override
  public int compareTo(CouponKey other) {
    int byViewer = viewer.compareTo(other.viewer);
    return byViewer != 0 ? byViewer : Long.compare(number, other.number);
  }
}
