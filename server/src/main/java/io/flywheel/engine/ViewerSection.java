package io.flywheel.engine;

import io.flywheel.v1.Viewer;

/**
 * A feature's part of a viewer's standing, as GetViewer and WatchViewer show it. Features bind
 * theirs with a multibinder. Thread-safe.
 */
public interface ViewerSection {
  /** Adds the part. */
  void contribute(StateView view, Viewer.Builder viewer);
}
