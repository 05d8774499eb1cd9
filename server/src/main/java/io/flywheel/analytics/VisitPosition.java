package io.flywheel.analytics;

/** Where a page of visits begins: after the visit that it names. */
record VisitPosition(long enteredMillis, String roomId, String broadcastId) {
  /** Before all visits to which the viewer came. */
  static final VisitPosition FIRST = new VisitPosition(Tally.NEVER_CAME - 1, "~", "~");
}
