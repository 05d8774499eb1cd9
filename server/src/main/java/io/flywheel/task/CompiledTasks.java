package io.flywheel.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import io.flywheel.counting.Triggers;
import io.flywheel.engine.StateView;
import io.flywheel.v1.Task;
import io.flywheel.v1.Trigger;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A program's tasks, found by id and by trigger. Immutable and thread-safe. */
final class CompiledTasks {
  private final ImmutableList<CompiledTask> all;
  private final ImmutableMap<String, CompiledTask> byId;
  private final Map<Trigger, ImmutableList<CompiledTask>> byTrigger;
  private final ImmutableSetMultimap<Trigger, String> viewerFields;
  private final Map<Trigger, ImmutableList<CompiledTask>> roomGoals;

  /**
   * Compiles tasks with all defaults filled in.
   *
   * @param currency the program's, for words
   */
  CompiledTasks(List<Task> tasks, String currency, Triggers triggers) {
    ImmutableList.Builder<CompiledTask> compiled = ImmutableList.builder();
    for (int i = 0; i < tasks.size(); i++) {
      compiled.add(new CompiledTask(tasks.get(i), i, currency, triggers));
    }
    this.all = compiled.build();
    this.byId =
        all.stream()
            .collect(ImmutableMap.toImmutableMap(CompiledTask::id, task -> task, (a, b) -> a));
    this.byTrigger = byTrigger(all);
    this.viewerFields = fieldsByTrigger(all);
    this.roomGoals = byTrigger(all.stream().filter(CompiledTask::isRoomGoal).toList());
  }

  /** Those of the program in force. */
  static CompiledTasks of(StateView view) {
    return view.program().get(TaskSection.class);
  }

  /** The tasks in the program's order. */
  ImmutableList<CompiledTask> all() {
    return all;
  }

  /** The task of an id; null: there is none. */
  @Nullable CompiledTask find(String id) {
    return byId.get(id);
  }

  /** The tasks that a trigger sets going, in the program's order. */
  ImmutableList<CompiledTask> setOffBy(Trigger trigger) {
    return byTrigger.getOrDefault(trigger, ImmutableList.of());
  }

  /**
   * What conditions and audiences ask of viewers on what sets off a trigger, by the names in the
   * contract.
   *
   * @param trigger unspecified: any may be set off
   */
  ImmutableSet<String> viewerFields(Trigger trigger) {
    return viewerFields.get(trigger);
  }

  /** The goals of rooms that a trigger moves. */
  ImmutableList<CompiledTask> roomGoalsSetOffBy(Trigger trigger) {
    return roomGoals.getOrDefault(trigger, ImmutableList.of());
  }

  private static Map<Trigger, ImmutableList<CompiledTask>> byTrigger(List<CompiledTask> tasks) {
    Map<Trigger, ImmutableList.Builder<CompiledTask>> builders = new EnumMap<>(Trigger.class);
    for (CompiledTask task : tasks) {
      builders
          .computeIfAbsent(task.counter().trigger(), trigger -> ImmutableList.builder())
          .add(task);
    }
    Map<Trigger, ImmutableList<CompiledTask>> lists = new EnumMap<>(Trigger.class);
    builders.forEach((trigger, list) -> lists.put(trigger, list.build()));
    return lists;
  }

  private static ImmutableSetMultimap<Trigger, String> fieldsByTrigger(List<CompiledTask> tasks) {
    ImmutableSetMultimap.Builder<Trigger, String> fields = ImmutableSetMultimap.builder();
    for (CompiledTask task : tasks) {
      List<String> asked = task.viewerFields().toList();
      fields.putAll(task.counter().trigger(), asked);
      fields.putAll(Trigger.TRIGGER_UNSPECIFIED, asked);
    }
    return fields.build();
  }
}
