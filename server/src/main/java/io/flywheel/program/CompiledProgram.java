package io.flywheel.program;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.Program;
import io.flywheel.v1.Trigger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A version of a merchant's program as reactors use it: defaults filled in, conditions planned,
 * tasks found by id and by trigger. Immutable and thread-safe.
 */
public final class CompiledProgram {
  private static final Logger log = LoggerFactory.getLogger(CompiledProgram.class);

  private final long version;
  private final Program program;
  private final ProgramCalendar calendar;
  private final Duration heartbeatInterval;
  private final Duration longestSilence;
  private final ImmutableList<CompiledTask> tasks;
  private final ImmutableMap<String, CompiledTask> tasksById;
  private final EnumMap<Trigger, ImmutableList<CompiledTask>> tasksByTrigger;

  private CompiledProgram(long version, Program program) {
    this.version = version;
    this.program = program;
    this.calendar =
        new ProgramCalendar(zone(program.getTimeZone()), toJava(program.getDayStartsAt()));
    this.heartbeatInterval = toJava(program.getPresence().getHeartbeatInterval());
    this.longestSilence = toJava(program.getPresence().getLongestSilence());
    ImmutableList.Builder<CompiledTask> compiled = ImmutableList.builder();
    for (int i = 0; i < program.getTasksCount(); i++) {
      compiled.add(new CompiledTask(program.getTasks(i), i));
    }
    this.tasks = compiled.build();
    this.tasksById =
        tasks.stream()
            .collect(ImmutableMap.toImmutableMap(CompiledTask::id, task -> task, (a, b) -> a));
    this.tasksByTrigger = byTrigger(tasks);
  }

  /** Compiles a program that was validated, now or when it was stored. */
  public static CompiledProgram of(long version, Program program) {
    return new CompiledProgram(version, ProgramDefaults.fill(program));
  }

  public long version() {
    return version;
  }

  /** The program with all defaults filled in. */
  public Program program() {
    return program;
  }

  /** The program's days and weeks. */
  public ProgramCalendar calendar() {
    return calendar;
  }

  public Duration heartbeatInterval() {
    return heartbeatInterval;
  }

  public Duration longestSilence() {
    return longestSilence;
  }

  /** The rules of check-in with all defaults filled in; null: the program has none. */
  public @Nullable CheckInRules checkIn() {
    return program.hasCheckIn() ? program.getCheckIn() : null;
  }

  /** The tasks in the program's order. */
  public ImmutableList<CompiledTask> tasks() {
    return tasks;
  }

  /** The task of an id; null: there is none. */
  public @Nullable CompiledTask task(String id) {
    return tasksById.get(id);
  }

  /** The tasks that a trigger sets going, in the program's order. */
  public ImmutableList<CompiledTask> tasksFor(Trigger trigger) {
    return tasksByTrigger.getOrDefault(trigger, ImmutableList.of());
  }

  private static EnumMap<Trigger, ImmutableList<CompiledTask>> byTrigger(List<CompiledTask> tasks) {
    Map<Trigger, ImmutableList.Builder<CompiledTask>> builders = new EnumMap<>(Trigger.class);
    for (CompiledTask task : tasks) {
      builders.computeIfAbsent(task.trigger(), trigger -> ImmutableList.builder()).add(task);
    }
    EnumMap<Trigger, ImmutableList<CompiledTask>> lists = new EnumMap<>(Trigger.class);
    builders.forEach((trigger, list) -> lists.put(trigger, list.build()));
    return lists;
  }

  /**
   * A version that was applied must load for ever, also on a machine that does not know its time
   * zone.
   */
  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      log.warn("Time zone {} is not known here; {} is used", name, ProgramDefaults.TIME_ZONE);
      return ZoneId.of(ProgramDefaults.TIME_ZONE);
    }
  }

  private static Duration toJava(com.google.protobuf.Duration duration) {
    return Duration.ofSeconds(duration.getSeconds(), duration.getNanos());
  }
}
