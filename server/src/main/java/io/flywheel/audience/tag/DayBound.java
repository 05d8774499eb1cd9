package io.flywheel.audience.tag;

import io.flywheel.counting.DayField;
import io.flywheel.v1.ActiveDays;
import java.util.OptionalLong;

/**
 * A number that a condition compares a field with that counts days. Between two such numbers days
 * pass without changing what the condition says.
 */
record DayBound(DayField field, int number) {
  /**
   * The first day after another on which the field compares otherwise with the number, if the
   * viewer does nothing more; empty: it never does.
   */
  OptionalLong nextChange(ActiveDays active, long day) {
    int now = field.at(active, day);
    if (field.grows()) {
      return now < 0 || now > number
          ? OptionalLong.empty()
          : OptionalLong.of(day + Math.max(1, number - now));
    }
    for (long later = day + 1; later <= day + DayField.LONGEST_WINDOW; later++) {
      if (Integer.compare(field.at(active, later), number) != Integer.compare(now, number)) {
        return OptionalLong.of(later);
      }
    }
    return OptionalLong.empty();
  }
}
