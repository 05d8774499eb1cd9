package io.flywheel.analytics;

import java.util.Comparator;

/**
 * A broadcast of a room, where things happen.
 *
 * @param broadcastId the platform's, or "day:2026-11-22" where it gave none
 */
record Place(String merchantId, String roomId, String broadcastId) implements Comparable<Place> {
  private static final Comparator<Place> ORDER =
      Comparator.comparing(Place::merchantId)
          .thenComparing(Place::roomId)
          .thenComparing(Place::broadcastId);

  @Override
  public int compareTo(Place other) {
    return ORDER.compare(this, other);
  }
}
