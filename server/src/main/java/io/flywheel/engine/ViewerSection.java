package io.flywheel.engine;

import io.flywheel.v1.Viewer;

/** Adds what one feature knows of a viewer to the viewer's whole standing. Thread-safe. */
public interface ViewerSection {
  /** Sets the fields of this feature. */
  void contribute(StateView view, Viewer.Builder viewer);
}
