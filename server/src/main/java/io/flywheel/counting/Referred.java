package io.flywheel.counting;

/**
 * Signalled when a viewer takes a step for the first time as somebody's invitee.
 *
 * @param roomId where; empty: in no room
 */
public record Referred(Step step, String roomId) {
  /** A step that is told. */
  public enum Step {
    ENTERED,
    FOLLOWED
  }
}
