package io.flywheel.administration;

import io.flywheel.engine.OfViewer;
import io.flywheel.engine.ViewerKey;

/**
 * A version of a merchant's program.
 *
 * @param viewer the merchant
 */
record VersionKey(ViewerKey viewer, long version) implements Comparable<VersionKey>, OfViewer {
  @Override
  public int compareTo(VersionKey other) {
    int byMerchant = viewer.compareTo(other.viewer);
    return byMerchant != 0 ? byMerchant : Long.compare(version, other.version);
  }
}
