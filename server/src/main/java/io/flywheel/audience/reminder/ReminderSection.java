package io.flywheel.audience.reminder;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.show;

import com.google.inject.Inject;
import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.flywheel.program.Condition;
import io.flywheel.program.Condition.Subject;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.program.Texts;
import io.flywheel.v1.Program;
import io.flywheel.v1.QuietHours;
import io.flywheel.v1.ReminderReason;
import io.flywheel.v1.ReminderRule;
import io.flywheel.v1.ReminderRules;
import io.flywheel.v1.StreakCalendar;

/** What a program says of reminders. Thread-safe. */
final class ReminderSection implements ProgramSection<CompiledReminders> {
  static final Names.Kind REMINDER = new Names.Kind("a reminder");

  private static final int PER_DAY = 2;
  private static final int LEAST_STREAK = 3;
  private static final Duration FROM = Durations.fromHours(22);
  private static final Duration TO = Durations.fromHours(9);
  private static final Duration BEFORE = Durations.fromHours(4);

  @Inject
  ReminderSection() {}

  @Override
  public void fill(Program.Builder program) {
    if (!program.hasReminders()) {
      return;
    }
    ReminderRules.Builder rules = program.getRemindersBuilder();
    if (!rules.hasQuietHours()) {
      rules.setQuietHours(QuietHours.newBuilder().setFrom(FROM).setTo(TO));
    }
    if (rules.getPerDay() == 0) {
      rules.setPerDay(PER_DAY);
    }
    for (ReminderRule.Builder rule : rules.getRulesBuilderList()) {
      if (isOfStreak(rule.getReason())) {
        if (rule.getLeast() == 0) {
          rule.setLeast(LEAST_STREAK);
        }
        if (!rule.hasBefore()) {
          rule.setBefore(BEFORE);
        }
      }
    }
  }

  @Override
  public void declare(Program program, Names names, Findings findings) {
    for (int i = 0; i < program.getReminders().getRulesCount(); i++) {
      names.declare(REMINDER, program.getReminders().getRules(i).getId(), path(i));
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    QuietHours quiet = program.getReminders().getQuietHours();
    checkMinutes(quiet.getFrom(), "reminders.quiet_hours.from", findings);
    checkMinutes(quiet.getTo(), "reminders.quiet_hours.to", findings);
    for (int i = 0; i < program.getReminders().getRulesCount(); i++) {
      ReminderRule rule = program.getReminders().getRules(i);
      Texts.check(rule.hasText(), rule.getText(), path(i) + ".text", findings);
      Condition.check(Subject.VIEWER_ONLY, rule.getAudience(), path(i) + ".audience", findings);
      if (isOfStreak(rule.getReason()) && !countsDays(program)) {
        findings.broken(
            path(i) + ".reason",
            expected("streak_ends", "another reason, for the program's check_in counts no days"));
      }
      if (!isOfStreak(rule.getReason()) && rule.hasBefore()) {
        findings.broken(
            path(i) + ".before",
            expected(show(rule.getBefore()), "nothing: only streak_ends has a time before"));
      }
    }
  }

  @Override
  public CompiledReminders compile(Program filled) {
    return CompiledReminders.of(filled);
  }

  private static boolean isOfStreak(ReminderReason reason) {
    return reason == ReminderReason.REMINDER_REASON_STREAK_ENDS;
  }

  private static boolean countsDays(Program program) {
    return program.hasCheckIn()
        && program.getCheckIn().getCalendar() != StreakCalendar.STREAK_CALENDAR_BROADCASTS;
  }

  private static void checkMinutes(Duration time, String path, Findings findings) {
    if (time.getSeconds() % 60 != 0) {
      findings.broken(path, expected(show(time), "whole minutes"));
    }
  }

  private static String path(int index) {
    return "reminders.rules[" + index + "]";
  }
}
