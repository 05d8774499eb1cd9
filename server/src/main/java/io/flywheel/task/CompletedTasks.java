package io.flywheel.task;

import com.google.common.collect.ImmutableSet;
import com.google.inject.Inject;
import io.flywheel.engine.ProfileSection;
import io.flywheel.engine.Slice;
import io.flywheel.engine.StateView;
import io.flywheel.engine.Turn;
import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.ViewerProfile;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Which tasks a viewer has completed at some time: what other tasks may require, and conditions ask
 * for. Thread-safe.
 */
final class CompletedTasks implements ProfileSection {
  private final TaskStateSlice slice;

  @Inject
  CompletedTasks(TaskStateSlice slice) {
    this.slice = slice;
  }

  @Override
  public Set<String> fields() {
    return Set.of("completed_tasks");
  }

  @Override
  public Collection<Slice<ViewerKey, ?>> slices() {
    return List.of(slice);
  }

  @Override
  public void contribute(StateView view, ViewerProfile.Builder profile) {
    profile.clearCompletedTasks().addAllCompletedTasks(of(view));
  }

  /** What a task requires and the viewer has not completed, in the program's order. */
  List<String> missing(StateView view, CompiledTask task) {
    List<String> required = task.task().getRequiresList();
    if (required.isEmpty()) {
      return required;
    }
    Set<String> completed = of(view);
    return required.stream().filter(id -> !completed.contains(id)).toList();
  }

  /** Whether the viewer has completed what the task requires. */
  boolean areEnoughFor(CompiledTask task, StateView view) {
    return missing(view, task).isEmpty();
  }

  /** Notes that a task was completed. */
  void add(Turn turn, String taskId) {
    Set<String> before = of(turn);
    ViewerProfile row = turn.profile();
    if (before.contains(taskId) && row.getCompletedTasksCount() == 0) {
      return;
    }
    turn.set(
        slice,
        turn.get(slice).toBuilder()
            .clearCompletedTasks()
            .addAllCompletedTasks(ImmutableSet.<String>builder().addAll(before).add(taskId).build())
            .build());
    if (row.getCompletedTasksCount() > 0) {
      turn.setProfile(row.toBuilder().clearCompletedTasks().build());
    }
  }

  /** In the order in which they first were. */
  private Set<String> of(StateView view) {
    return ImmutableSet.<String>builder()
        .addAll(view.profile().getCompletedTasksList())
        .addAll(view.get(slice).getCompletedTasksList())
        .build();
  }
}
