package io.flywheel.client;

/** How a stay in a room stands. */
public enum RoomState {
  /** On the way in, for the first time or again. */
  ENTERING,
  /** In the room; watch time is counted. */
  PRESENT,
  /** The app is not in front; watch time is not counted. */
  BEHIND,
  /** There is no network. It goes on when there is one. */
  OFFLINE,
  /** The service does not answer; it is tried again until it does. */
  RECONNECTING,
  /**
   * The session was ended several times in a row, as when the viewer watches another room on
   * another device. It goes on when the viewer does something in the room or comes back to the app.
   */
  ELSEWHERE,
  /** {@link RoomSession#leave} was called. */
  LEFT,
  /** The service will not have the viewer in the room; the error says why. */
  FAILED
}
