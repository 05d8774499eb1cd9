package io.flywheel.referral;

import java.util.Comparator;

/**
 * A key of what viewers of a merchant share.
 *
 * @param id a code, a viewer's id, or a hash with its kind before it
 */
record SharedKey(String merchantId, String id) implements Comparable<SharedKey> {
  private static final Comparator<SharedKey> ORDER =
      Comparator.comparing(SharedKey::merchantId).thenComparing(SharedKey::id);

  @Override
  public int compareTo(SharedKey other) {
    return ORDER.compare(this, other);
  }
}
