package io.flywheel.audience.reminder;

import com.google.common.collect.ImmutableList;
import io.flywheel.engine.StateView;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.v1.Program;
import io.flywheel.v1.ReminderReason;
import io.flywheel.v1.ReminderRule;
import io.flywheel.v1.ReminderRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A program's reminders. Immutable and thread-safe.
 *
 * @param all in the program's order: the first goes first
 * @param quiet when viewers are left alone
 * @param perDay at most how many a viewer gets within a day
 */
record CompiledReminders(ImmutableList<Rule> all, Quiet quiet, int perDay) {
  /** A reminder, and whom it is for. */
  record Rule(ReminderRule rule, Condition audience) {
    String id() {
      return rule.getId();
    }
  }

  static CompiledReminders of(Program filled) {
    ReminderRules rules = filled.getReminders();
    return new CompiledReminders(
        rules.getRulesList().stream()
            .map(rule ->
                new Rule(
                    rule,
                    Condition.ofStored(
                        Subject.VIEWER_ONLY, rule.getAudience(), "reminder " + rule.getId())))
            .collect(ImmutableList.toImmutableList()),
        Quiet.of(rules.getQuietHours()),
        rules.getPerDay());
  }

  /** Those of the program in force. */
  static CompiledReminders of(StateView view) {
    return view.program().get(ReminderSection.class);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Those of a reason. */
  List<Rule> of(ReminderReason reason) {
    return all.stream().filter(each -> each.rule().getReason() == reason).toList();
  }

  @Nullable Rule find(String ruleId) {
    for (Rule each : all) {
      if (each.id().equals(ruleId)) {
        return each;
      }
    }
    return null;
  }

  /** The place of a rule among all. */
  int placeOf(String ruleId) {
    int place = 0;
    while (place < all.size() && !all.get(place).id().equals(ruleId)) {
      place++;
    }
    return place;
  }
}
