package io.flywheel.program;

import build.buf.validate.FieldRules;
import build.buf.validate.ValidateProto;
import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import java.util.List;
import java.util.Locale;

/** Says in words what the contract expects of a field, and shows what was found instead. */
public final class Expectations {
  private static final String ID = "1 to 64 letters, digits and . _ : @ -";
  private static final String NAME = "a lower-case letter, then up to 63 of a-z, 0-9, _ and -";
  private static final ImmutableMap<String, String> PATTERNS =
      ImmutableMap.of(
          "^[A-Za-z0-9._:@-]{1,64}$", ID,
          "^[a-z][a-z0-9_-]{0,63}$", NAME,
          "^[a-z][a-z0-9_-]{0,47}$", "a lower-case letter, then up to 47 of a-z, 0-9, _ and -",
          "^([a-z][a-z0-9_-]{0,63})?$", NAME);
  private static final int MAX_SHOWN = 60;

  private Expectations() {}

  /** "found (expected: something else)". */
  public static String expected(String found, String expectation) {
    return found + " (expected: " + expectation + ")";
  }

  /** What may stand in a field, or in each element of a list. */
  static String ofValue(FieldDescriptor field) {
    FieldRules rules = rules(field);
    return of(field, field.isRepeated() ? rules.getRepeated().getItems() : rules);
  }

  /** How many elements a list may have. */
  static String ofList(FieldDescriptor field) {
    var rules = rules(field).getRepeated();
    return rules.getMinItems() > 0
        ? rules.getMinItems() + " to " + rules.getMaxItems() + " elements"
        : "at most " + rules.getMaxItems() + " elements";
  }

  /** The fields of a message, by their names in a document. */
  static List<String> names(Descriptor message) {
    return message.getFields().stream().map(FieldDescriptor::getName).toList();
  }

  /** The values of an enum that may be written, by their names in a document. */
  static List<String> names(EnumDescriptor type) {
    return type.getValues().stream()
        .filter(value -> value.getNumber() != 0)
        .map(Expectations::name)
        .toList();
  }

  /** An enum value's name in a document: in lower case and without the prefix. */
  public static String name(EnumValueDescriptor value) {
    return value.getName().substring(prefix(value.getType()).length()).toLowerCase(Locale.ROOT);
  }

  /** The prefix that the names of an enum's values have in the contract. */
  static String prefix(EnumDescriptor type) {
    return type.getName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT) + "_";
  }

  public static String oneOf(List<String> names) {
    return "one of: " + Joiner.on(", ").join(names);
  }

  /** A value as a document would show it, cut where it is long. */
  public static String show(Object value) {
    return switch (value) {
      case EnumValueDescriptor constant -> name(constant);
      case Duration duration -> showSeconds(duration.getSeconds());
      case java.time.Duration duration -> showSeconds(duration.toSeconds());
      case List<?> list -> list.size() + " elements";
      default -> show(value.toString());
    };
  }

  private static String show(String text) {
    String shown = text.replaceAll("\\s+", " ").replaceAll("\\p{Cntrl}", "?").strip();
    if (shown.codePointCount(0, shown.length()) <= MAX_SHOWN) {
      return shown.isEmpty() ? "\"\"" : shown;
    }
    return shown.substring(0, shown.offsetByCodePoints(0, MAX_SHOWN)) + "…";
  }

  private static String showSeconds(long seconds) {
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    if (seconds % 3_600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 == 0 ? seconds / 86_400 + "d" : seconds / 3_600 + "h";
  }

  private static String of(FieldDescriptor field, FieldRules rules) {
    return switch (field.getJavaType()) {
      case INT ->
          range(
              rules.getInt32().hasGte() ? rules.getInt32().getGte() : Integer.MIN_VALUE,
              rules.getInt32().hasLte() ? rules.getInt32().getLte() : Integer.MAX_VALUE);
      case LONG ->
          range(
              rules.getInt64().hasGte() ? rules.getInt64().getGte() : Long.MIN_VALUE,
              rules.getInt64().hasLte() ? rules.getInt64().getLte() : Long.MAX_VALUE);
      case BOOLEAN -> "true or false";
      case STRING -> ofText(rules);
      case ENUM -> ofEnum(field, rules);
      case MESSAGE -> ofMessage(field, rules);
      default -> throw new IllegalArgumentException("No expectation for " + field);
    };
  }

  private static String ofText(FieldRules rules) {
    if (rules.getString().hasPattern()) {
      String pattern = rules.getString().getPattern();
      return PATTERNS.getOrDefault(pattern, pattern);
    }
    return rules.getString().hasMaxLen()
        ? "at most " + rules.getString().getMaxLen() + " characters"
        : "a text";
  }

  private static String ofEnum(FieldDescriptor field, FieldRules rules) {
    List<Integer> allowed = rules.getEnum().getInList();
    return oneOf(
        field.getEnumType().getValues().stream()
            .filter(value -> value.getNumber() != 0)
            .filter(value -> allowed.isEmpty() || allowed.contains(value.getNumber()))
            .map(Expectations::name)
            .toList());
  }

  private static String ofMessage(FieldDescriptor field, FieldRules rules) {
    return switch (field.getMessageType().getFullName()) {
      case "google.protobuf.Duration" ->
          rules.hasDuration()
              ? range(
                  showSeconds(rules.getDuration().getGte().getSeconds()),
                  showSeconds(rules.getDuration().getLte().getSeconds()))
              : "a duration such as 90s, 15m, 24h or 30d";
      case "google.protobuf.Timestamp" -> "a time such as 2026-11-22T20:00:00+08:00";
      case "flywheel.v1.Text" -> "a text";
      default -> "a mapping of " + Joiner.on(", ").join(names(field.getMessageType()));
    };
  }

  private static String range(Object least, Object most) {
    return least + " to " + most;
  }

  private static FieldRules rules(FieldDescriptor field) {
    return field.getOptions().getExtension(ValidateProto.field);
  }
}
