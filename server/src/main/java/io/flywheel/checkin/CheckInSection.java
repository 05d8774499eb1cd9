package io.flywheel.checkin;

import static io.flywheel.program.Expectations.expected;

import com.google.inject.Inject;
import com.google.protobuf.Message;
import io.flywheel.engine.StateView;
import io.flywheel.program.Findings;
import io.flywheel.program.Names;
import io.flywheel.program.ProgramSection;
import io.flywheel.v1.CheckInMethod;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.Program;
import io.flywheel.v1.Reward;
import io.flywheel.v1.StreakCalendar;
import io.flywheel.v1.StreakMode;
import io.flywheel.v1.StreakReward;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a program says of check-in; empty where it has none. Thread-safe. */
final class CheckInSection implements ProgramSection<Optional<CheckInRules>> {
  private static final int MAKE_UP_DAYS = 7;
  private static final int MAX_FREEZES = 2;

  @Inject
  CheckInSection() {}

  /** The rules of the program in force; null: it has none. */
  static @Nullable CheckInRules rules(StateView view) {
    return view.program().get(CheckInSection.class).orElse(null);
  }

  @Override
  public void fill(Program.Builder program) {
    if (program.hasCheckIn()) {
      fill(program.getCheckInBuilder());
    }
  }

  @Override
  public void check(Program program, Names names, Findings findings) {
    if (program.hasCheckIn()) {
      check(program.getCheckIn(), findings);
      if (program.getCheckIn().getCalendar() == StreakCalendar.STREAK_CALENDAR_BROADCASTS) {
        checkRewards(program, "", findings);
      }
    }
  }

  /** Freezes and make-up cards are of no use where no days are missed, wherever they are given. */
  private static void checkRewards(Message message, String path, Findings findings) {
    if (message instanceof Reward reward) {
      onlyForDays(
          reward.hasFreeze(),
          path + ".freeze",
          String.valueOf(reward.getFreeze().getCount()),
          findings);
      onlyForDays(
          reward.hasMakeUpCard(),
          path + ".make_up_card",
          String.valueOf(reward.getMakeUpCard().getCount()),
          findings);
      return;
    }
    message
        .getAllFields()
        .forEach((field, value) -> {
          String at = path.isEmpty() ? field.getName() : path + "." + field.getName();
          if (value instanceof Message inner) {
            checkRewards(inner, at, findings);
          } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
              if (list.get(i) instanceof Message inner) {
                checkRewards(inner, at + "[" + i + "]", findings);
              }
            }
          }
        });
  }

  @Override
  public Optional<CheckInRules> compile(Program filled) {
    return filled.hasCheckIn() ? Optional.of(filled.getCheckIn()) : Optional.empty();
  }

  private static void fill(CheckInRules.Builder checkIn) {
    if (checkIn.getCalendar() == StreakCalendar.STREAK_CALENDAR_UNSPECIFIED) {
      checkIn.setCalendar(StreakCalendar.STREAK_CALENDAR_DAYS);
    }
    if (checkIn.getMode() == StreakMode.STREAK_MODE_UNSPECIFIED) {
      checkIn.setMode(StreakMode.STREAK_MODE_RESET);
    }
    if (checkIn.getMethod() == CheckInMethod.CHECK_IN_METHOD_UNSPECIFIED) {
      checkIn.setMethod(CheckInMethod.CHECK_IN_METHOD_BY_CALL);
    }
    // Broadcasts cannot be made up.
    if (!checkIn.hasMakeUpDays() && checkIn.getCalendar() == StreakCalendar.STREAK_CALENDAR_DAYS) {
      checkIn.setMakeUpDays(MAKE_UP_DAYS);
    }
    if (!checkIn.hasMaxFreezes()) {
      checkIn.setMaxFreezes(MAX_FREEZES);
    }
  }

  private static void check(CheckInRules checkIn, Findings findings) {
    checkRising(checkIn.getConsecutiveList(), "check_in.consecutive", findings);
    checkRising(checkIn.getCumulativeList(), "check_in.cumulative", findings);
    if (checkIn.getMode() == StreakMode.STREAK_MODE_STAMP_CARD
        && checkIn.getConsecutiveCount() == 0) {
      findings.broken(
          "check_in.consecutive",
          expected("missing", "rewards; the last count is the size of the stamp card"));
    }
    if (checkIn.getCalendar() == StreakCalendar.STREAK_CALENDAR_BROADCASTS) {
      onlyForDays(checkIn.getOutsideRooms(), "check_in.outside_rooms", "true", findings);
      onlyForDays(
          checkIn.hasMakeUpDays(),
          "check_in.make_up_days",
          String.valueOf(checkIn.getMakeUpDays()),
          findings);
      onlyForDays(checkIn.getViewerTimeZone(), "check_in.viewer_time_zone", "true", findings);
    }
  }

  private static void onlyForDays(boolean given, String path, String found, Findings findings) {
    if (given) {
      findings.broken(path, expected(found, "nothing; it is only for the calendar of days"));
    }
  }

  private static void checkRising(List<StreakReward> rewards, String path, Findings findings) {
    for (int i = 1; i < rewards.size(); i++) {
      int before = rewards.get(i - 1).getCount();
      int count = rewards.get(i).getCount();
      if (count <= before && !findings.isFaulty(path + "[" + (i - 1) + "].count")) {
        findings.broken(
            path + "[" + i + "].count",
            expected(String.valueOf(count), "more than the count before, " + before));
      }
    }
  }
}
