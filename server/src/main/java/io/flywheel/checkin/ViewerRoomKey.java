package io.flywheel.checkin;

import io.flywheel.engine.OfViewer;
import io.flywheel.engine.ViewerKey;

/** A viewer in a room. */
record ViewerRoomKey(ViewerKey viewer, String roomId)
    implements Comparable<ViewerRoomKey>, OfViewer {
  @Override
  public int compareTo(ViewerRoomKey other) {
    int byViewer = viewer.compareTo(other.viewer);
    return byViewer != 0 ? byViewer : roomId.compareTo(other.roomId);
  }
}
