package io.flywheel.program;

import static io.flywheel.program.Expectations.expected;
import static io.flywheel.program.Expectations.show;

import com.google.protobuf.Duration;
import com.google.protobuf.util.Durations;
import io.flywheel.v1.CheckInRules;
import io.flywheel.v1.PresenceRules;
import io.flywheel.v1.Program;
import io.flywheel.v1.StreakCalendar;
import io.flywheel.v1.StreakMode;
import io.flywheel.v1.StreakReward;
import io.flywheel.v1.Task;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds every rule that a program breaks: the contract's and those that concern several fields. Not
 * thread-safe.
 */
final class ProgramValidator {
  private static final int MAX_TASKS = 200;

  private final Program program;
  private final Findings findings;

  /**
   * @param program the program as written, without defaults
   * @param findings knows where each path stands, and what could not be read
   */
  ProgramValidator(Program program, Findings findings) {
    this.program = program;
    this.findings = findings;
  }

  void validate() {
    ContractRules.check(program, findings);
    checkTime();
    checkPresence(ProgramDefaults.fill(program).getPresence());
    if (program.hasCheckIn()) {
      checkCheckIn(program.getCheckIn());
    }
    if (program.getTasksCount() > MAX_TASKS) {
      // That there are too many was reported; the rules below rely on the bound.
      return;
    }
    Map<String, Integer> places = checkIds();
    for (int i = 0; i < program.getTasksCount(); i++) {
      new TaskValidator(program, i, places, findings).validate();
    }
    new Chains(program, places, findings).check();
  }

  private void checkTime() {
    String zone = program.getTimeZone();
    if (!zone.isEmpty() && !isZoneKnown(zone)) {
      String meant =
          Spelling.nearest(zone, ZoneId.getAvailableZoneIds())
              .map(name -> "; did you mean " + name + "?")
              .orElse("");
      findings.broken(
          "time_zone",
          expected(show(zone), "an IANA time zone such as " + ProgramDefaults.TIME_ZONE + meant));
    }
    if (program.getDayStartsAt().getSeconds() % 60 != 0) {
      findings.broken("day_starts_at", expected(show(program.getDayStartsAt()), "whole minutes"));
    }
  }

  private static boolean isZoneKnown(String name) {
    try {
      return !(ZoneId.of(name) instanceof ZoneOffset);
    } catch (DateTimeException e) {
      return false;
    }
  }

  private void checkPresence(PresenceRules presence) {
    Duration interval = presence.getHeartbeatInterval();
    if (!findings.isFaulty("presence.heartbeat_interval")
        && Durations.compare(presence.getLongestSilence(), interval) < 0) {
      findings.broken(
          "presence.longest_silence",
          expected(
              show(presence.getLongestSilence()),
              "at least the heartbeat_interval, " + show(interval)));
    }
  }

  private void checkCheckIn(CheckInRules checkIn) {
    checkRising(checkIn.getConsecutiveList(), "check_in.consecutive");
    checkRising(checkIn.getCumulativeList(), "check_in.cumulative");
    if (checkIn.getMode() == StreakMode.STREAK_MODE_STAMP_CARD
        && checkIn.getConsecutiveCount() == 0) {
      findings.broken(
          "check_in.consecutive",
          expected("missing", "rewards; the last count is the size of the stamp card"));
    }
    if (checkIn.getCalendar() == StreakCalendar.STREAK_CALENDAR_BROADCASTS) {
      onlyForDays(checkIn.getOutsideRooms(), "check_in.outside_rooms", "true");
      onlyForDays(
          checkIn.hasMakeUpDays(),
          "check_in.make_up_days",
          String.valueOf(checkIn.getMakeUpDays()));
      onlyForDays(checkIn.getViewerTimeZone(), "check_in.viewer_time_zone", "true");
    }
  }

  private void onlyForDays(boolean given, String path, String found) {
    if (given) {
      findings.broken(path, expected(found, "nothing; it is only for the calendar of days"));
    }
  }

  private void checkRising(List<StreakReward> rewards, String path) {
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

  /** The places of tasks by their ids. */
  private Map<String, Integer> checkIds() {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < program.getTasksCount(); i++) {
      Task task = program.getTasks(i);
      Integer earlier = task.getId().isEmpty() ? null : places.putIfAbsent(task.getId(), i);
      if (earlier != null) {
        findings.broken(
            "tasks[" + i + "].id",
            expected(show(task.getId()), "an id of its own; tasks[" + earlier + "] has this one"));
      }
    }
    return places;
  }
}
