package io.flywheel.audience.tag;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import com.google.common.math.LongMath;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a condition asks for fields of the viewer that are whole numbers. While a field stays between
 * two of the numbers that it is compared with, the condition says the same. Immutable.
 *
 * @param numbers what each field is compared with
 * @param others fields that the condition asks for in another way
 */
record Comparisons(ImmutableSetMultimap<String, Long> numbers, ImmutableSet<String> others) {
  private static final Pattern NAMED = Pattern.compile("\\bviewer\\s*\\.\\s*(\\w+)");

  /** The number must not be a part of a sum, nor the field. */
  private static final Pattern COMPARED =
      Pattern.compile(
          "(?<![-+*/%.\\w]\\s{0,9})viewer\\s*\\.\\s*(\\w+)\\s*(?:==|!=|<=|>=|<|>)"
              + "\\s*(-?\\d{1,18})(?![\\w.])(?!\\s*[-+*/%])");

  static Comparisons of(String condition) {
    ImmutableSetMultimap.Builder<String, Long> numbers = ImmutableSetMultimap.builder();
    ImmutableSet.Builder<String> others = ImmutableSet.builder();
    Matcher compared = COMPARED.matcher(condition);
    for (Matcher named = NAMED.matcher(condition); named.find(); ) {
      if (compared.find(named.start()) && compared.start() == named.start()) {
        numbers.put(compared.group(1), Long.parseLong(compared.group(2)));
      } else {
        others.add(named.group(1));
      }
    }
    return new Comparisons(numbers.build(), others.build());
  }

  /**
   * Whether the condition may say something else after a field moved.
   *
   * @param now the field's value after it
   * @param reach by how much it moved at most
   */
  boolean mayChange(String field, long now, long reach) {
    return others.contains(field)
        || numbers.get(field).stream().anyMatch(number -> distance(number, now) <= reach);
  }

  private static long distance(long one, long other) {
    return LongMath.saturatedSubtract(Math.max(one, other), Math.min(one, other));
  }
}
