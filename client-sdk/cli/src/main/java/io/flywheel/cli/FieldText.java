package io.flywheel.cli;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import io.flywheel.v1.Text;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a message holds, told by the contract alone: the names of its fields and their values. For
 * messages that nobody has written words for. Immutable.
 */
final class FieldText {
  private final Language language;
  private final Function<Message, String> words;

  /**
   * @param words words for a message that has some, else an empty text; asked for every message
   *     inside of a message
   */
  FieldText(Language language, Function<Message, String> words) {
    this.language = language;
    this.words = words;
  }

  /** The name of what is set in the oneof, and what it holds: "badge earned (badge id fan)". */
  String setIn(Message message, String oneof) {
    FieldDescriptor set =
        message.getOneofFieldDescriptor(
            message.getDescriptorForType().getOneofs().stream()
                .filter(candidate -> candidate.getName().equals(oneof))
                .findFirst()
                .orElseThrow());
    String held = value(set, message.getField(set));
    return name(set) + (held.isEmpty() ? "" : language.choose("（", " (") + held + close());
  }

  /** All fields that are set, in the contract's order: "badge id fan, level 3". */
  String of(Message message) {
    return message.getAllFields().entrySet().stream()
        .map(field -> named(field.getKey(), field.getValue()))
        .collect(Collectors.joining(language.choose("，", ", ")));
  }

  /** The name of a value of an enum without the enum's own: "too fast". */
  static String name(EnumValueDescriptor value) {
    String type = value.getType().getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_") + "_";
    String name = value.getName();
    return readable(
        name.regionMatches(true, 0, type, 0, type.length()) ? name.substring(type.length()) : name);
  }

  private String named(FieldDescriptor field, Object value) {
    if (field.getJavaType() == FieldDescriptor.JavaType.BOOLEAN && !field.isRepeated()) {
      return value.equals(true) ? name(field) : name(field) + " no";
    }
    String said = value(field, value);
    boolean nested =
        field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            && !field.isRepeated()
            && plain((Message) value).isEmpty();
    return name(field) + (nested ? " (" + said + ")" : " " + said);
  }

  private String value(FieldDescriptor field, Object value) {
    if (field.isRepeated() && value instanceof List<?> list) {
      return list.stream().map(this::single).collect(Collectors.joining(", ", "[", "]"));
    }
    return single(value);
  }

  private String single(Object value) {
    if (value instanceof EnumValueDescriptor constant) {
      return name(constant);
    }
    if (value instanceof Message message) {
      String plain = plain(message);
      return plain.isEmpty() ? of(message) : plain;
    }
    return value.toString();
  }

  /** A message that reads as one value; else empty. */
  private String plain(Message message) {
    if (message instanceof Timestamp time) {
      return Timestamps.toString(time);
    }
    if (message instanceof Duration duration) {
      return Durations.toString(duration);
    }
    if (message instanceof Text text) {
      return language.of(text);
    }
    return words.apply(message);
  }

  private String close() {
    return language.choose("）", ")");
  }

  private static String name(FieldDescriptor field) {
    return readable(field.getName());
  }

  private static String readable(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
