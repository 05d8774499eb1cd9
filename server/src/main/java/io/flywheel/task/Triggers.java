package io.flywheel.task;

import io.flywheel.program.Condition.Subject;
import io.flywheel.v1.Trigger;

/** What the triggers of tasks have to do with each other. */
final class Triggers {
  private Triggers() {}

  /** Whether a trigger is set off by an event or by a fact. */
  static Subject subject(Trigger trigger) {
    return isFact(trigger) ? Subject.FACT : Subject.EVENT;
  }

  static boolean isFact(Trigger trigger) {
    return switch (trigger) {
      case TRIGGER_WATCH,
          TRIGGER_CHECK_IN,
          TRIGGER_TIER_REACHED,
          TRIGGER_TASK_COMPLETED,
          TRIGGER_POINTS_EARNED,
          TRIGGER_GRANT_ISSUED ->
          true;
      default -> false;
    };
  }

  /** Whether a trigger counts what another task does, which may be named by {@code of_task}. */
  static boolean isOfTask(Trigger trigger) {
    return trigger == Trigger.TRIGGER_TIER_REACHED || trigger == Trigger.TRIGGER_TASK_COMPLETED;
  }

  /** Whether a trigger names an amount. */
  static boolean hasAmount(Trigger trigger) {
    return switch (trigger) {
      case TRIGGER_ORDER, TRIGGER_REPURCHASE, TRIGGER_CUSTOM, TRIGGER_POINTS_EARNED -> true;
      default -> false;
    };
  }
}
