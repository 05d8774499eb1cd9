package io.flywheel.badge;

import io.flywheel.engine.OfViewer;
import io.flywheel.engine.ViewerKey;

/**
 * The latest run over the journal for a badge.
 *
 * @param viewer the merchant
 * @param preview whether it only looks
 */
record AwardKey(ViewerKey viewer, String badgeId, boolean preview)
    implements OfViewer, Comparable<AwardKey> {
  AwardKey(String merchantId, String badgeId, boolean preview) {
    this(ViewerKey.merchant(merchantId), badgeId, preview);
  }

  String merchantId() {
    return viewer.merchantId();
  }

  @Override
  public int compareTo(AwardKey other) {
    int byMerchant = viewer.compareTo(other.viewer);
    int byBadge = byMerchant != 0 ? byMerchant : badgeId.compareTo(other.badgeId);
    return byBadge != 0 ? byBadge : Boolean.compare(preview, other.preview);
  }
}
