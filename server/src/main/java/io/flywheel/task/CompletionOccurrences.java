package io.flywheel.task;

import com.google.inject.Inject;
import io.flywheel.counting.Occurrence;
import io.flywheel.counting.OccurrenceSource;
import io.flywheel.counting.TriggerKind;
import io.flywheel.v1.TaskCompleted;
import io.flywheel.v1.Trigger;
import java.util.List;

/** Completed tasks can be counted by other tasks. Thread-safe. */
final class CompletionOccurrences implements OccurrenceSource<TaskCompleted> {
  @Inject
  CompletionOccurrences() {}

  @Override
  public Class<TaskCompleted> type() {
    return TaskCompleted.class;
  }

  @Override
  public List<TriggerKind> triggers() {
    return List.of(TriggerKind.ofFact(Trigger.TRIGGER_TASK_COMPLETED).of(TaskSection.TASK));
  }

  @Override
  public List<Occurrence> of(Occurrence.Origin origin, TaskCompleted taskCompleted) {
    return List.of(origin.of(Trigger.TRIGGER_TASK_COMPLETED).named(taskCompleted.getTaskId()));
  }
}
