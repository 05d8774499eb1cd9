package io.flywheel.bench;

import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Prints the figures as they come, and at the end the ratios. Used by one thread. */
final class Report {
  private final PrintWriter out;
  private final List<Figure> figures = new ArrayList<>();
  private final List<Ratio> ratios = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();
  private String part = "";

  /** Something that was measured. */
  record Figure(String part, String name, double value, String unit) {}

  /**
   * Something that was measured beside what it should be.
   *
   * @param atLeast whether the target is the least, not the most, that it should be
   */
  record Ratio(String name, double value, boolean atLeast, double target) {
    boolean reached() {
      return atLeast ? value >= target : value <= target;
    }
  }

  Report(PrintWriter out) {
    this.out = out;
  }

  /** Begins a part of the benchmark. */
  void part(String name) {
    part = name;
    out.printf("%n%s%n", name);
  }

  void figure(String name, double value, String unit) {
    figures.add(new Figure(part, name, value, unit));
    out.printf("  %-58s %12s %s%n", name, number(value), unit);
  }

  /** A ratio that should be at least this much. */
  void atLeast(String name, double value, double target) {
    ratios.add(new Ratio(name, value, true, target));
  }

  /** A ratio that should be at most this much. */
  void atMost(String name, double value, double target) {
    ratios.add(new Ratio(name, value, false, target));
  }

  /** Something is wrong that must not be: an event was lost or counted twice. */
  void violation(String what) {
    violations.add(part + ": " + what);
    out.printf("  WRONG: %s%n", what);
  }

  /** Something was to be measured and can't be, which is told again at the end. */
  void missing(String what) {
    missing.add(what);
    out.printf("  NOT MEASURED: %s%n", what);
  }

  /** Something that helps to understand the figures. */
  void note(String what) {
    out.printf("  %s%n", what);
  }

  boolean isSound() {
    return violations.isEmpty();
  }

  void printRatios() {
    out.printf("%nratios%n");
    for (Ratio ratio : ratios) {
      out.printf(
          "  %-58s %12s %-8s %-12s %s%n",
          ratio.name,
          number(ratio.value),
          ratio.atLeast ? "at least" : "at most",
          number(ratio.target),
          ratio.reached() ? "reached" : "MISSED");
    }
    for (String what : missing) {
      out.printf("NOT MEASURED: %s%n", what);
    }
    for (String violation : violations) {
      out.printf("WRONG: %s%n", violation);
    }
    if (violations.isEmpty()) {
      out.printf("%nNo event was lost, none was counted twice.%n");
    }
    out.flush();
  }

  void writeJson(Path file) throws IOException {
    ListValue.Builder allFigures = ListValue.newBuilder();
    for (Figure figure : figures) {
      allFigures.addValues(
          object(
              Struct.newBuilder()
                  .putFields("part", text(figure.part))
                  .putFields("name", text(figure.name))
                  .putFields("value", number64(figure.value))
                  .putFields("unit", text(figure.unit))));
    }
    ListValue.Builder allRatios = ListValue.newBuilder();
    for (Ratio ratio : ratios) {
      allRatios.addValues(
          object(
              Struct.newBuilder()
                  .putFields("name", text(ratio.name))
                  .putFields("value", number64(ratio.value))
                  .putFields(ratio.atLeast ? "atLeast" : "atMost", number64(ratio.target))
                  .putFields("reached", Value.newBuilder().setBoolValue(ratio.reached()).build())));
    }
    ListValue.Builder allViolations = ListValue.newBuilder();
    violations.forEach(violation -> allViolations.addValues(text(violation)));
    ListValue.Builder allMissing = ListValue.newBuilder();
    missing.forEach(what -> allMissing.addValues(text(what)));
    Struct document =
        Struct.newBuilder()
            .putFields("machine", text(machine()))
            .putFields("figures", Value.newBuilder().setListValue(allFigures).build())
            .putFields("ratios", Value.newBuilder().setListValue(allRatios).build())
            .putFields("missing", Value.newBuilder().setListValue(allMissing).build())
            .putFields("violations", Value.newBuilder().setListValue(allViolations).build())
            .build();
    Files.writeString(file, JsonFormat.printer().print(document) + "\n");
  }

  /** What the figures were taken on. */
  static String machine() {
    return "%d processors, %s %s, Java %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            Runtime.version().feature());
  }

  /** Whole numbers where they are large, three digits that count where they are small. */
  static String number(double value) {
    if (value == Math.rint(value) || Math.abs(value) >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.2f", value);
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private static Value number64(double value) {
    return Value.newBuilder().setNumberValue(value).build();
  }

  private static Value object(Struct.Builder struct) {
    return Value.newBuilder().setStructValue(struct).build();
  }
}
