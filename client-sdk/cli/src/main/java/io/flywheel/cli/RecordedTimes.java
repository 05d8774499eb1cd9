package io.flywheel.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Timestamp;
import io.flywheel.v1.Event;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds times in an event's JSON that are none. The JSON reader of protobuf takes the 29th of
 * February of any year, an hour 25 and an offset of 99 hours for some other time.
 */
final class RecordedTimes {
  private RecordedTimes() {}

  /** What is wrong with the first time that is none; the line is an event otherwise. */
  static Optional<String> mistakeIn(String line) {
    return mistakeIn(JsonParser.parseString(line), Event.getDescriptor(), "");
  }

  private static Optional<String> mistakeIn(JsonElement content, Descriptor type, String path) {
    if (!(content instanceof JsonObject object)) {
      return Optional.empty();
    }
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      FieldDescriptor field = field(type, entry.getKey());
      if (field == null || field.getJavaType() != JavaType.MESSAGE || field.isRepeated()) {
        continue;
      }
      String at = path + entry.getKey();
      Optional<String> mistake =
          field.getMessageType().equals(Timestamp.getDescriptor())
              ? mistakeInTime(entry.getValue(), at)
              : mistakeIn(entry.getValue(), field.getMessageType(), at + ".");
      if (mistake.isPresent()) {
        return mistake;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> mistakeInTime(JsonElement value, String path) {
    if (value.isJsonNull()) {
      return Optional.empty();
    }
    try {
      OffsetDateTime.parse(value.getAsString());
      return Optional.empty();
    } catch (DateTimeException e) {
      return Optional.of(path + ": " + value + " (expected: a time such as 2026-03-02T08:00:00Z)");
    }
  }

  private static @Nullable FieldDescriptor field(Descriptor type, String name) {
    return type.getFields().stream()
        .filter(field -> field.getName().equals(name) || field.getJsonName().equals(name))
        .findFirst()
        .orElse(null);
  }
}
