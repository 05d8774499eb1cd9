package io.flywheel.task;

import io.flywheel.v1.CountBy;
import io.flywheel.v1.Task;
import io.flywheel.v1.Trigger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A task's counts as viewers read them: time and money in their units, all else as it is. */
enum CountText {
  ZH(" 小时", " 分钟", " 秒", " 天", " 天"),
  EN(" h", " min", " s", " day", " days");

  private final String hours;
  private final String minutes;
  private final String seconds;
  private final String day;
  private final String days;

  CountText(String hours, String minutes, String seconds, String day, String days) {
    this.hours = hours;
    this.minutes = minutes;
    this.seconds = seconds;
    this.day = day;
    this.days = days;
  }

  /**
   * A count of a task.
   *
   * @param currency the program's
   */
  String of(Task task, String currency, long count) {
    CountBy by = task.getCount();
    if (by == CountBy.COUNT_BY_SECONDS
        || (by == CountBy.COUNT_BY_UNSPECIFIED && task.getTrigger() == Trigger.TRIGGER_WATCH)) {
      return time(Duration.ofSeconds(count));
    } else if (by == CountBy.COUNT_BY_DISTINCT_DAYS) {
      return count + (count == 1 ? day : days);
    } else if (by == CountBy.COUNT_BY_AMOUNT
        && (task.getTrigger() == Trigger.TRIGGER_ORDER
            || task.getTrigger() == Trigger.TRIGGER_REPURCHASE
            || task.getTrigger() == Trigger.TRIGGER_INVITEE_ORDERED)) {
      return Money.of(currency, count);
    }
    return Long.toString(count);
  }

  private String time(Duration time) {
    List<String> parts = new ArrayList<>();
    if (time.toHours() > 0) {
      parts.add(time.toHours() + hours);
    }
    if (time.toMinutesPart() > 0) {
      parts.add(time.toMinutesPart() + minutes);
    }
    if (time.toSecondsPart() > 0 || parts.isEmpty()) {
      parts.add(time.toSecondsPart() + seconds);
    }
    return String.join(" ", parts);
  }
}
