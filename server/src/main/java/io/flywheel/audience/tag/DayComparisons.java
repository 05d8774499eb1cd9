package io.flywheel.audience.tag;

import com.google.common.collect.ImmutableSet;
import io.flywheel.counting.DayField;
import java.util.Arrays;

/**
 * How a condition asks for what counts days. Each must be compared with a number that is written
 * out, so that it is known when days that pass make a difference.
 *
 * @param bounds the numbers
 * @param isWrittenOut whether there is nothing but such comparisons
 */
record DayComparisons(ImmutableSet<DayBound> bounds, boolean isWrittenOut) {
  private static final long MOST_DAYS = 99_999;

  static DayComparisons of(String condition) {
    Comparisons comparisons = Comparisons.of(condition);
    ImmutableSet.Builder<DayBound> bounds = ImmutableSet.builder();
    boolean writtenOut = true;
    for (DayField field : DayField.values()) {
      writtenOut &= !comparisons.others().contains(field.field());
      for (long number : comparisons.numbers().get(field.field())) {
        if (Math.abs(number) <= MOST_DAYS) {
          bounds.add(new DayBound(field, (int) number));
        } else {
          writtenOut = false;
        }
      }
    }
    return new DayComparisons(bounds.build(), writtenOut);
  }

  static boolean isDayField(String name) {
    return Arrays.stream(DayField.values()).anyMatch(field -> field.field().equals(name));
  }
}
