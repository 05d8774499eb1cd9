package io.flywheel.engine;

/**
 * A viewer of a merchant.
 *
 * @param merchantId the merchant
 * @param viewerId the merchant's id of the viewer
 */
public record ViewerKey(String merchantId, String viewerId) implements Comparable<ViewerKey> {
  @Override
  public int compareTo(ViewerKey other) {
    int byMerchant = merchantId.compareTo(other.merchantId);
    return byMerchant != 0 ? byMerchant : viewerId.compareTo(other.viewerId);
  }

  /**
   * A well mixed hash, 0 or more, that is the same on every node. Lanes are chosen by it, and so
   * are the shards of sums over many viewers: viewers of different lanes then add to different
   * rows, where the number of shards is a multiple of that of lanes.
   */
  public int spread() {
    return ((31 * merchantId.hashCode() + viewerId.hashCode()) * 0x9E3779B9) >>> 8;
  }
}
