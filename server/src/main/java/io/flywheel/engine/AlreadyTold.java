package io.flywheel.engine;

/**
 * Thrown by a reactor whose action tells of something that an earlier action has told of, under an
 * id of its own: it then changes nothing but that its own id is remembered, and its caller hears
 * that it is a duplicate.
 */
public final class AlreadyTold extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** A signal to the engine. */
  public AlreadyTold() {
    super("what the action tells of was told before", null, false, false);
  }
}
