package io.flywheel.program;

import com.google.common.collect.ImmutableSet;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.CelStandardFunctions.StandardFunction;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What functions of conditions do otherwise than CEL's own: a regular expression is bounded and
 * compiled once, and a duration may be written in days, as everywhere in a program. Not to be
 * instantiated.
 */
final class ConditionFunctions {
  static final CelStandardFunctions STANDARD =
      CelStandardFunctions.newBuilder()
          .excludeFunctions(StandardFunction.MATCHES, StandardFunction.DURATION)
          .build();

  static final ImmutableSet<CelFunctionBinding> OWN =
      ImmutableSet.<CelFunctionBinding>builder()
          .addAll(
              CelFunctionBinding.fromOverloads(
                  "matches",
                  CelFunctionBinding.from("matches", String.class, String.class, Regex::find),
                  CelFunctionBinding.from(
                      "matches_string", String.class, String.class, Regex::find)))
          .addAll(
              CelFunctionBinding.fromOverloads(
                  "duration",
                  CelFunctionBinding.from(
                      "string_to_duration", String.class, ConditionFunctions::duration),
                  CelFunctionBinding.from("duration_to_duration", Duration.class, same -> same)))
          .build();

  private static final Duration LONGEST = Duration.ofDays(36_500);

  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(d|h|ms|m|s|us|ns)");

  private ConditionFunctions() {}

  /** Reads "7d", "1h30m", "-1.5s" or "0". */
  private static Duration duration(String text) {
    String unsigned = text.startsWith("-") || text.startsWith("+") ? text.substring(1) : text;
    if (unsigned.equals("0")) {
      return Duration.ZERO;
    }
    Matcher part = PART.matcher(unsigned);
    Duration sum = Duration.ZERO;
    int end = 0;
    while (end < unsigned.length() && part.find() && part.start() == end) {
      sum = sum.plus(amount(part.group(1), part.group(2)));
      end = part.end();
    }
    if (unsigned.isEmpty() || end < unsigned.length()) {
      throw new IllegalArgumentException("a duration is written as 90s, 15m, 24h or 7d");
    }
    return text.startsWith("-") ? sum.negated() : sum;
  }

  private static Duration amount(String number, String unit) {
    long nanos =
        switch (unit) {
          case "d" -> Duration.ofDays(1).toNanos();
          case "h" -> Duration.ofHours(1).toNanos();
          case "m" -> Duration.ofMinutes(1).toNanos();
          case "s" -> Duration.ofSeconds(1).toNanos();
          case "ms" -> 1_000_000;
          case "us" -> 1_000;
          default -> 1;
        };
    BigDecimal sum = new BigDecimal(number).multiply(BigDecimal.valueOf(nanos));
    if (sum.compareTo(BigDecimal.valueOf(LONGEST.toNanos())) > 0) {
      throw new IllegalArgumentException("a duration is at most " + LONGEST.toDays() + " days");
    }
    return Duration.ofNanos(sum.longValue());
  }
}
