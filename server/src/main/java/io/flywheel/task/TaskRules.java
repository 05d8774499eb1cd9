package io.flywheel.task;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.show;

import com.google.protobuf.util.Timestamps;
import io.flywheel.counting.Counter;
import io.flywheel.counting.Triggers;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.Texts;
import io.flywheel.v1.CountBy;
import io.flywheel.v1.Goal;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import io.flywheel.v1.Task;
import io.flywheel.v1.Trigger;
import io.flywheel.v1.Window;
import io.flywheel.v1.WindowKind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the rules that one task breaks and that the contract cannot state. Not thread-safe. */
final class TaskRules {
  private static final int DAYS_OF_A_WEEK = 7;

  private final Program program;
  private final Triggers triggers;
  private final Task task;
  private final String path;
  private final Names names;
  private final Findings findings;

  TaskRules(Program program, int index, Triggers triggers, Names names, Findings findings) {
    this.program = program;
    this.triggers = triggers;
    this.task = program.getTasks(index);
    this.path = "tasks[" + index + "].";
    this.names = names;
    this.findings = findings;
  }

  void check() {
    Texts.check(task.hasTitle(), task.getTitle(), path + "title", findings);
    checkOfTask();
    triggers.check(CompiledTask.metricOf(task), path, program, names, findings);
    Condition.check(Subject.VIEWER_ONLY, task.getAudience(), path + "audience", findings);
    checkTiers();
    checkWindow();
    checkRequires();
    checkRooms();
    if (task.getGoal() == Goal.GOAL_ROOM) {
      checkRoomGoal();
    }
    if (task.hasBudget() && task.getBudget().getPoints() == 0 && task.getBudget().getTiers() == 0) {
      broken("budget", "no limit", "points or tiers, or both");
    }
    if (task.getBudget().getPoints() > 0 && !paysPoints()) {
      broken(
          "budget.points",
          String.valueOf(task.getBudget().getPoints()),
          "nothing; no tier of the task gives points");
    }
  }

  private boolean paysPoints() {
    return task.getTiersList().stream()
        .flatMap(tier -> tier.getRewardsList().stream())
        .anyMatch(Reward::hasPoints);
  }

  /** Thresholds may be written as durations where they are in seconds, of watch time. */
  static void checkDurations(Task task, String path, Findings findings) {
    boolean areSeconds =
        task.getTrigger() == Trigger.TRIGGER_WATCH
            && (task.getCount() == CountBy.COUNT_BY_UNSPECIFIED
                || task.getCount() == CountBy.COUNT_BY_SECONDS);
    for (int i = 0; i < task.getTiersCount() && !areSeconds; i++) {
      findings.refuseDuration(
          path + "tiers[" + i + "].threshold",
          "a whole number; durations are for tasks that count seconds of watch time");
    }
  }

  private void checkOfTask() {
    boolean counts =
        task.getTrigger() == Trigger.TRIGGER_TIER_REACHED
            || task.getTrigger() == Trigger.TRIGGER_TASK_COMPLETED;
    if (counts && !task.getId().isEmpty() && task.getOfTask().equals(task.getId())) {
      broken("of_task", show(task.getOfTask()), "another task; a task never counts its own tiers");
    }
  }

  private void checkTiers() {
    for (int i = 0; i < task.getTiersCount(); i++) {
      long threshold = task.getTiers(i).getThreshold();
      long before = i == 0 ? 0 : task.getTiers(i - 1).getThreshold();
      String at = "tiers[" + i + "].threshold";
      if (i > 0
          && threshold <= before
          && !findings.isFaulty(path + "tiers[" + (i - 1) + "].threshold")) {
        broken(at, String.valueOf(threshold), "more than the tier before, " + before);
      }
      long most = highestThreshold();
      if (threshold > most) {
        broken(at, String.valueOf(threshold), "at most " + most + ", " + whyNoMore());
      }
    }
  }

  /** What a count can come to: a threshold beyond it would never be reached. */
  private long highestThreshold() {
    return switch (task.getCount()) {
      case COUNT_BY_DISTINCT_TEXTS, COUNT_BY_DISTINCT_KEYS, COUNT_BY_DISTINCT_INVITEES ->
          Counter.MAX_DISTINCT;
      case COUNT_BY_DISTINCT_DAYS ->
          switch (task.getWindow().getKind()) {
            case WINDOW_KIND_DAY -> 1;
            case WINDOW_KIND_WEEK -> DAYS_OF_A_WEEK;
            default -> Long.MAX_VALUE;
          };
      default -> Long.MAX_VALUE;
    };
  }

  private String whyNoMore() {
    return switch (task.getCount()) {
      case COUNT_BY_DISTINCT_TEXTS -> "the most distinct texts that are counted";
      case COUNT_BY_DISTINCT_KEYS -> "the most distinct things that are counted";
      case COUNT_BY_DISTINCT_INVITEES -> "the most distinct invitees that are counted";
      default -> "the days of the window";
    };
  }

  private void checkWindow() {
    Window window = task.getWindow();
    if (findings.isFaulty(path + "window.kind")) {
      return;
    }
    if (window.getKind() != WindowKind.WINDOW_KIND_CUSTOM) {
      notForThisWindow(window.hasStartsAt(), "window.starts_at");
      notForThisWindow(window.hasEndsAt(), "window.ends_at");
      return;
    }
    if (!window.hasStartsAt()) {
      broken("window.starts_at", "missing", "the time when the window begins");
    }
    if (!window.hasEndsAt()) {
      broken("window.ends_at", "missing", "the time when the window ends");
    }
    if (window.hasStartsAt()
        && window.hasEndsAt()
        && Timestamps.compare(window.getStartsAt(), window.getEndsAt()) >= 0) {
      broken(
          "window.ends_at",
          Timestamps.toString(window.getEndsAt()),
          "after starts_at, " + Timestamps.toString(window.getStartsAt()));
    }
  }

  private void notForThisWindow(boolean given, String field) {
    if (given) {
      broken(field, "a time", "nothing; it is only for the window custom");
    }
  }

  private void checkRequires() {
    Set<String> seen = new HashSet<>();
    List<String> requires = task.getRequiresList();
    for (int i = 0; i < requires.size(); i++) {
      String at = "requires[" + i + "]";
      if (!seen.add(requires.get(i))) {
        broken(at, show(requires.get(i)), "each task once");
      } else {
        names.require(TaskSection.TASK, requires.get(i), path + at);
      }
    }
  }

  private void checkRooms() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < task.getRoomsCount(); i++) {
      if (!seen.add(task.getRooms(i))) {
        broken("rooms[" + i + "]", show(task.getRooms(i)), "each room once");
      }
    }
  }

  private void checkRoomGoal() {
    if (task.getRepeat()) {
      broken("repeat", "true", "false; a goal of the room does not repeat");
    }
    switch (task.getCount()) {
      case COUNT_BY_DISTINCT_DAYS,
          COUNT_BY_DISTINCT_TEXTS,
          COUNT_BY_DISTINCT_KEYS,
          COUNT_BY_DISTINCT_INVITEES ->
          broken(
              "count",
              show(task.getCount().getValueDescriptor()),
              "times, amount or seconds; a goal of the room adds up what everyone counts");
      default -> {}
    }
  }

  private void broken(String field, String found, String expectation) {
    findings.broken(path + field, expected(found, expectation));
  }
}
