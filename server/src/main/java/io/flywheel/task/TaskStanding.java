package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.broadcast.Broadcasts;
import io.flywheel.counting.CountingWindow;
import io.flywheel.engine.StateView;
import io.flywheel.v1.Presence;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a viewer stands with a task now.
 *
 * @param task the task
 * @param record what is stored of the viewer's progress in the task
 * @param window the window now; null: its custom window has not begun or is over
 * @param counted the viewer's progress in the window
 * @param goal for goals of the room, what everyone has done; else empty
 * @param missingTasks what it requires and the viewer has not completed
 */
record TaskStanding(
    CompiledTask task,
    TaskRecord record,
    @Nullable CountingWindow window,
    WindowRecord counted,
    RoomGoalState goal,
    List<String> missingTasks) {

  /**
   * Where a standing is asked for.
   *
   * @param roomId whose goals are meant; empty: the room that the viewer is in
   * @param broadcastId whose windows are meant; empty: the broadcast that the viewer is in, where
   *     that is in the room, else the day
   */
  record Place(String roomId, String broadcastId) {}

  /** Reads standings. Thread-safe. */
  static final class Reader {
    private final TaskStateSlice states;
    private final CompletedTasks completed;
    private final RoomGoalSlice roomGoals;
    private final Broadcasts broadcasts;

    @Inject
    Reader(
        TaskStateSlice states,
        CompletedTasks completed,
        RoomGoalSlice roomGoals,
        Broadcasts broadcasts) {
      this.states = states;
      this.completed = completed;
      this.roomGoals = roomGoals;
      this.broadcasts = broadcasts;
    }

    /** All that is stored of a viewer's tasks. */
    TaskStates states(StateView view) {
      return TaskStateSlice.unpacked(view.get(states));
    }

    /** The standing with one task. */
    TaskStanding read(StateView view, TaskStates states, CompiledTask task, Place place) {
      CountingWindow window = window(view, task, place);
      TaskRecord record = recordOf(states, task.id());
      return new TaskStanding(
          task,
          record,
          window,
          counted(record, window),
          goal(view, task, window),
          completed.missing(view, task));
    }

    /** Has the goals of tasks that are about to be read loaded in one go. */
    void expectGoals(StateView view, Collection<CompiledTask> tasks, Place place) {
      SortedSet<RoomGoalKey> goals = new TreeSet<>();
      for (CompiledTask task : tasks) {
        CountingWindow window = task.isRoomGoal() ? window(view, task, place) : null;
        if (window != null) {
          goals.add(goalKey(view, task, window));
        }
      }
      view.expect(roomGoals, goals);
    }

    private @Nullable CountingWindow window(StateView view, CompiledTask task, Place place) {
      Presence presence = view.profile().getPresence();
      String room = place.roomId().isEmpty() ? presence.getRoomId() : place.roomId();
      String present = room.equals(presence.getRoomId()) ? presence.getBroadcastId() : "";
      String given = place.broadcastId().isEmpty() ? present : place.broadcastId();
      return task.window()
          .at(
              view.program().calendar(),
              view.at(),
              room,
              broadcasts.idOf(view, room, Broadcasts.withoutDay(given)));
    }

    private RoomGoalState goal(StateView view, CompiledTask task, @Nullable CountingWindow window) {
      return window == null || !task.isRoomGoal()
          ? RoomGoalState.getDefaultInstance()
          : view.get(roomGoals, goalKey(view, task, window));
    }

    private static RoomGoalKey goalKey(StateView view, CompiledTask task, CountingWindow window) {
      return new RoomGoalKey(view.viewer().merchantId(), window.roomId(), task.id(), window.name());
    }

    private static TaskRecord recordOf(TaskStates states, String taskId) {
      for (TaskRecord record : states.getTasksList()) {
        if (record.getTaskId().equals(taskId)) {
          return record;
        }
      }
      return TaskRecord.newBuilder().setTaskId(taskId).build();
    }

    private static WindowRecord counted(TaskRecord record, @Nullable CountingWindow window) {
      int index = window == null ? -1 : Counting.indexOf(record, window.name(), window.roomId());
      return index < 0 ? WindowRecord.getDefaultInstance() : record.getWindows(index);
    }
  }

  /** The count towards the tiers, in the task's unit. */
  long count() {
    if (!task.isRoomGoal()) {
      return counted.getCount() / Counting.unit(task);
    }
    // What happened after it was reached may be counted until it is settled.
    long all = goal.getCount() / Counting.unit(task);
    return Tiers.areReached(task, goal) ? Math.min(all, task.lastThreshold()) : all;
  }

  /** How much of the count is the viewer's own, in the task's unit. */
  long ownCount() {
    return counted.getCount() / Counting.unit(task);
  }

  /**
   * Whether a tier is reached in the present round: the count is there, or was when it was noted. A
   * threshold that another version has lowered is noted, and paid, with the next action that
   * counts.
   */
  boolean isReached(int tier) {
    return isNoted(tier) || count() >= task.threshold(tier);
  }

  /** Whether it was noted that a tier is reached in the present round. */
  boolean isNoted(int tier) {
    return task.isRoomGoal() ? Tiers.isReached(task, goal, tier) : isOwnReached(tier);
  }

  /** Whether it was noted of all tiers that they are reached in the present round. */
  boolean areAllNoted() {
    return task.isRoomGoal() ? Tiers.areReached(task, goal) : Tiers.areReached(task, counted);
  }

  /** The first tier that is not reached in the present round; the number of tiers: all are. */
  int nextTier() {
    int tier = 0;
    while (tier < task.tierCount() && isReached(tier)) {
      tier++;
    }
    return tier;
  }

  private boolean isOwnReached(int tier) {
    return Tiers.isReached(task, counted, tier);
  }

  /** Whether a tier is paid, or withheld. */
  boolean isSettled(int tier) {
    return isOwnReached(tier)
        && owed()
            .noneMatch(owed -> Tiers.tierOf(task, owed.getThreshold(), owed.getTier()) == tier);
  }

  /** Whether a reward of the present round waits to be claimed. */
  boolean isToClaim() {
    return owed().findAny().isPresent();
  }

  private Stream<OwedRecord> owed() {
    return counted.getOwedList().stream().filter(owed -> owed.getRound() == counted.getRound());
  }

  /** Whether it is the standing in this window of a task. */
  boolean isOf(TaskRecord record, WindowRecord window) {
    return task.id().equals(record.getTaskId())
        && this.window != null
        && this.window.name().equals(window.getWindow())
        && this.window.roomId().equals(window.getRoomId());
  }

  /** Whether the viewer may see the task. */
  boolean isVisible() {
    return !task.task().getHidden()
        || record.getUnlocked()
        || record.getWindowsCount() > 0
        || (task.task().getRequiresCount() > 0 && missingTasks.isEmpty());
  }
}
