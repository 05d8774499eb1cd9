package io.flywheel.analytics;

import io.flywheel.engine.ViewerKey;

/** A viewer at a broadcast. */
record VisitKey(Place place, String viewerId) implements Comparable<VisitKey> {
  @Override
  public int compareTo(VisitKey other) {
    int byPlace = place.compareTo(other.place);
    return byPlace != 0 ? byPlace : viewerId.compareTo(other.viewerId);
  }

  ViewerKey viewer() {
    return new ViewerKey(place.merchantId(), viewerId);
  }
}
