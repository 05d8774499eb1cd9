package io.flywheel.task;

import java.util.Comparator;

/**
 * A goal of a room in one window.
 *
 * @param window as in {@link io.flywheel.v1.TaskCause}
 */
record RoomGoalKey(String merchantId, String roomId, String taskId, String window)
    implements Comparable<RoomGoalKey> {
  private static final Comparator<RoomGoalKey> ORDER =
      Comparator.comparing(RoomGoalKey::merchantId)
          .thenComparing(RoomGoalKey::roomId)
          .thenComparing(RoomGoalKey::taskId)
          .thenComparing(RoomGoalKey::window);

  @Override
  public int compareTo(RoomGoalKey other) {
    return ORDER.compare(this, other);
  }
}
