package io.flywheel.audience.tag;

import com.google.common.collect.ImmutableSet;
import io.flywheel.counting.DayField;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a condition asks for what counts days. Each must be compared with a number that is written
 * out, so that it is known when days that pass make a difference.
 *
 * @param bounds the numbers
 * @param isWrittenOut whether there is nothing but such comparisons
 */
record DayComparisons(ImmutableSet<DayBound> bounds, boolean isWrittenOut) {
  private static final String FIELDS =
      Arrays.stream(DayField.values()).map(DayField::field).collect(Collectors.joining("|"));
  private static final String OPERATOR = "(?:==|!=|<=|>=|<|>)";
  private static final Pattern NAMED = Pattern.compile("\\b(" + FIELDS + ")\\b");

  /** The number must not be a part of a sum, nor the field. */
  private static final Pattern COMPARED =
      Pattern.compile(
          "(?<![-+*/%%.\\w]\\s{0,9})viewer\\s*\\.\\s*(%s)\\s*%s\\s*(-?\\d{1,5})(?![\\w.])(?!\\s*[-+*/%%])"
              .formatted(FIELDS, OPERATOR));

  static DayComparisons of(String condition) {
    ImmutableSet.Builder<DayBound> bounds = ImmutableSet.builder();
    int compared = 0;
    for (Matcher found = COMPARED.matcher(condition); found.find(); compared++) {
      bounds.add(new DayBound(field(found.group(1)), Integer.parseInt(found.group(2))));
    }
    long named = NAMED.matcher(condition).results().count();
    return new DayComparisons(bounds.build(), named == compared);
  }

  static boolean isDayField(String name) {
    return Arrays.stream(DayField.values()).anyMatch(field -> field.field().equals(name));
  }

  private static DayField field(String name) {
    return Arrays.stream(DayField.values())
        .filter(field -> field.field().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
