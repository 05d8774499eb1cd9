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
}
