package io.flywheel.platform.grpc;

import build.buf.protovalidate.Violation;
import build.buf.validate.FieldPathElement;
import build.buf.validate.ValidateProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest.FieldViolation;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Says in the service's own words which rule a field breaks: {@code -1 (expected: 1 to 1000)}. */
final class ViolationText {
  private static final int LONGEST_VALUE = 64;
  private static final Pattern CHARACTERS = Pattern.compile("\\^\\[(.+)]\\{(\\d+),(\\d+)}\\$");
  private static final Map<String, String> CHARACTER_CLASSES =
      Map.of(
          "!-~", "printable characters without blanks",
          "A-Za-z0-9._:@-", "letters, digits or . _ : @ -");

  private ViolationText() {}

  static FieldViolation of(Violation violation, Message message, String prefix) {
    build.buf.validate.Violation proto = violation.toProto();
    List<FieldPathElement> path = proto.getField().getElementsList();
    return FieldViolation.newBuilder()
        .setField(prefix + pathText(path))
        .setDescription(describe(violation, proto, message.getDescriptorForType()))
        .build();
  }

  private static String describe(
      Violation violation, build.buf.validate.Violation proto, Descriptor type) {
    Violation.FieldValue field = violation.getFieldValue();
    if (field == null || field.getDescriptor() == null || proto.getRuleId().equals("required")) {
      return "nothing (expected: " + missing(type, proto.getField().getElementsList()) + ")";
    }
    Message rules = rules(field.getDescriptor(), proto.getRule().getElementsList());
    String expected = rules == null ? null : expected(proto, rules, field.getDescriptor());
    return text(field.getValue())
        + " (expected: "
        + (expected == null ? proto.getMessage() : expected)
        + ")";
  }

  /** What a rule wants; null where we have no better words than the rule's own. */
  private static @Nullable String expected(
      build.buf.validate.Violation proto, Message rules, FieldDescriptor field) {
    List<FieldPathElement> path = proto.getRule().getElementsList();
    return switch (path.get(path.size() - 1).getFieldName()) {
      case "gt", "gte", "lt", "lte" -> range(rules);
      case "pattern" -> characters((String) value(rules, "pattern"));
      case "min_len", "max_len" -> between(rules, "min_len", "max_len", " characters");
      case "len" -> value(rules, "len") + " characters";
      case "min_bytes", "max_bytes" -> between(rules, "min_bytes", "max_bytes", " bytes");
      case "min_items", "max_items" -> between(rules, "min_items", "max_items", " items");
      case "min_pairs", "max_pairs" -> between(rules, "min_pairs", "max_pairs", " entries");
      case "defined_only" -> names(field.getEnumType());
      default -> null;
    };
  }

  private static String range(Message rules) {
    String low =
        has(rules, "gte")
            ? "at least " + text(value(rules, "gte"))
            : has(rules, "gt") ? "more than " + text(value(rules, "gt")) : "";
    String high =
        has(rules, "lte")
            ? "at most " + text(value(rules, "lte"))
            : has(rules, "lt") ? "less than " + text(value(rules, "lt")) : "";
    if (has(rules, "gte") && has(rules, "lte")) {
      return text(value(rules, "gte")) + " to " + text(value(rules, "lte"));
    }
    return low.isEmpty() || high.isEmpty() ? low + high : low + ", " + high;
  }

  private static String between(Message rules, String least, String most, String unit) {
    if (!has(rules, most)) {
      return "at least " + value(rules, least) + unit;
    } else if (!has(rules, least)) {
      return "at most " + value(rules, most) + unit;
    }
    return value(rules, least) + " to " + value(rules, most) + unit;
  }

  private static String characters(String pattern) {
    Matcher matcher = CHARACTERS.matcher(pattern);
    String kind = matcher.matches() ? CHARACTER_CLASSES.get(matcher.group(1)) : null;
    return kind == null
        ? "a text that matches " + pattern
        : matcher.group(2) + " to " + matcher.group(3) + " " + kind;
  }

  private static String names(EnumDescriptor type) {
    return "one of "
        + type.getValues().stream()
            .filter(value -> value.getNumber() != 0)
            .map(EnumValueDescriptor::getName)
            .collect(Collectors.joining(", "));
  }

  private static String missing(Descriptor type, List<FieldPathElement> path) {
    Descriptor owner = type;
    for (FieldPathElement step : path.subList(0, Math.max(0, path.size() - 1))) {
      FieldDescriptor field = owner.findFieldByName(step.getFieldName());
      FieldDescriptor value =
          field.isMapField() ? field.getMessageType().findFieldByNumber(2) : field;
      owner = value.getMessageType();
    }
    String name = path.isEmpty() ? "" : path.get(path.size() - 1).getFieldName();
    return owner.getOneofs().stream()
        .filter(choice -> choice.getName().equals(name))
        .findFirst()
        .map(choice -> choice.getFields().stream().map(FieldDescriptor::getName))
        .map(names -> names.collect(Collectors.joining(", ", "one of ", "")))
        .orElse("a value");
  }

  /** The message that holds the broken rule, so that a range's other end can be told too. */
  private static @Nullable Message rules(FieldDescriptor field, List<FieldPathElement> path) {
    Message rules = field.getOptions().getExtension(ValidateProto.field);
    for (FieldPathElement step : path.subList(0, Math.max(0, path.size() - 1))) {
      FieldDescriptor next = rules.getDescriptorForType().findFieldByName(step.getFieldName());
      if (next == null || !(rules.getField(next) instanceof Message inner)) {
        return null;
      }
      rules = inner;
    }
    return path.isEmpty() ? null : rules;
  }

  private static boolean has(Message rules, String name) {
    FieldDescriptor field = rules.getDescriptorForType().findFieldByName(name);
    return field != null && rules.hasField(field);
  }

  private static Object value(Message rules, String name) {
    return rules.getField(rules.getDescriptorForType().findFieldByName(name));
  }

  /** In characters, as rules count them, not in the halves that Java keeps of some. */
  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String text(Object value) {
    return switch (value) {
      case String text when length(text) > LONGEST_VALUE ->
          "\""
              + text.substring(0, text.offsetByCodePoints(0, LONGEST_VALUE))
              + "…\" ("
              + length(text)
              + " characters)";
      case String text -> "\"" + text + "\"";
      case ByteString bytes -> bytes.size() + " bytes";
      case Collection<?> items -> items.size() + " items";
      case Map<?, ?> entries -> entries.size() + " entries";
      case EnumValueDescriptor constant -> constant.getName();
      case Message message -> json(message);
      default -> value.toString();
    };
  }

  /** Durations and timestamps have a short form in JSON. */
  private static String json(Message message) {
    try {
      return JsonFormat.printer()
          .omittingInsignificantWhitespace()
          .print(message)
          .replace("\"", "");
    } catch (InvalidProtocolBufferException e) {
      return message.getDescriptorForType().getName();
    }
  }

  private static String pathText(List<FieldPathElement> path) {
    StringBuilder text = new StringBuilder();
    for (FieldPathElement step : path) {
      text.append(text.isEmpty() ? "" : ".").append(step.getFieldName());
      switch (step.getSubscriptCase()) {
        case INDEX -> text.append('[').append(step.getIndex()).append(']');
        case STRING_KEY -> text.append("[\"").append(step.getStringKey()).append("\"]");
        case INT_KEY -> text.append('[').append(step.getIntKey()).append(']');
        case UINT_KEY -> text.append('[').append(step.getUintKey()).append(']');
        case BOOL_KEY -> text.append('[').append(step.getBoolKey()).append(']');
        case SUBSCRIPT_NOT_SET -> {}
      }
    }
    return text.toString();
  }
}
