package io.flywheel.engine;

/** A key of state that belongs to one viewer, such as what a viewer did in one room. */
public interface OfViewer {
  /** The viewer whose turns alone change it. */
  ViewerKey viewer();
}
