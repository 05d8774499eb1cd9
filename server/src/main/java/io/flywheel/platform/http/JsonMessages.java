package io.flywheel.platform.http;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.rpc.BadRequest.FieldViolation;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message from JSON by walking the contract's descriptors beside the text, so that what
 * it takes in memory is the message alone. It is as strict as the contract: nothing is given twice,
 * a list is no single value, and a number is no text. What does not fit is named by its path; after
 * so many findings it stops. Not thread-safe; one reader reads one body.
 */
final class JsonMessages {
  static final int MAX_FINDINGS = 20;

  private static final int MAX_DEPTH = 64;
  private static final int MAX_VALUES = 100_000;
  private static final Map<Descriptor, Map<String, FieldDescriptor>> FIELDS =
      new ConcurrentHashMap<>();

  private final List<FieldViolation> findings = new ArrayList<>();
  private int values;

  /** Further findings would tell nothing more: what there is to say is said. */
  @SuppressWarnings("StaticAssignmentOfThrowable") // a signal without a trace
  private static final class EnoughException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final EnoughException INSTANCE = new EnoughException();

    private EnoughException() {
      super(null, null, false, false);
    }
  }

  /** The field of the name in the contract or in JSON; null: there is none. */
  static @Nullable FieldDescriptor field(Descriptor type, String name) {
    return FIELDS.computeIfAbsent(type, JsonMessages::fieldsByName).get(name);
  }

  static FieldViolation finding(String path, String text) {
    return FieldViolation.newBuilder().setField(path).setDescription(text).build();
  }

  static ServiceException refusal(List<FieldViolation> findings) {
    return ServiceException.invalidFields(ErrorReason.ERROR_REASON_INVALID_FIELD, findings);
  }

  /**
   * Reads the object that comes next.
   *
   * @throws ServiceException INVALID_FIELD with what does not fit
   * @throws IOException the text is no JSON
   */
  void read(JsonReader json, Message.Builder message) throws IOException {
    try {
      if (json.peek() != JsonToken.BEGIN_OBJECT) {
        throw JsonRequests.malformed(
            "no object (expected: a JSON object with the request's fields)");
      }
      readObject(json, message, "", 0);
    } catch (EnoughException e) {
      // Said below.
    }
    if (!findings.isEmpty()) {
      throw refusal(findings);
    }
  }

  private void readObject(JsonReader json, Message.Builder message, String path, int depth)
      throws IOException {
    if (depth > MAX_DEPTH) {
      throw JsonRequests.malformed(
          "nested too deeply (expected: at most %d levels)".formatted(MAX_DEPTH));
    }
    Descriptor type = message.getDescriptorForType();
    Set<FieldDescriptor> seen = new HashSet<>();
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      String shown = JsonValues.cut(name);
      String at = path.isEmpty() ? shown : path + "." + shown;
      FieldDescriptor field = field(type, name);
      if (field == null) {
        refuse(json, at, "no such field of " + type.getName());
      } else if (!seen.add(field)) {
        refuse(json, at, "given twice (expected: once)");
      } else if (json.peek() == JsonToken.NULL) {
        count();
        json.nextNull(); // the same as nothing
      } else if (isOfTakenChoice(message, field)) {
        refuse(json, at, "another of its kind is given too (expected: one of them)");
      } else {
        readField(json, message, field, at, depth);
      }
    }
    json.endObject();
  }

  private static boolean isOfTakenChoice(Message.Builder message, FieldDescriptor field) {
    OneofDescriptor choice = field.getRealContainingOneof();
    return choice != null && message.hasOneof(choice);
  }

  private void readField(
      JsonReader json, Message.Builder message, FieldDescriptor field, String path, int depth)
      throws IOException {
    if (field.isMapField()) {
      readMap(json, message, field, path, depth);
    } else if (field.isRepeated()) {
      readList(json, message, field, path, depth);
    } else {
      Object value = readValue(json, message, field, path, depth);
      if (value != null) {
        message.setField(field, value);
      }
    }
  }

  private void readList(
      JsonReader json, Message.Builder message, FieldDescriptor field, String path, int depth)
      throws IOException {
    if (json.peek() != JsonToken.BEGIN_ARRAY) {
      refuse(json, path, shown(json) + " (expected: a list)");
      return;
    }
    json.beginArray();
    for (int i = 0; json.hasNext(); i++) {
      Object value = readValue(json, message, field, path + "[" + i + "]", depth);
      if (value != null) {
        message.addRepeatedField(field, value);
      }
    }
    json.endArray();
  }

  private void readMap(
      JsonReader json, Message.Builder message, FieldDescriptor field, String path, int depth)
      throws IOException {
    if (json.peek() != JsonToken.BEGIN_OBJECT) {
      refuse(json, path, shown(json) + " (expected: an object)");
      return;
    }
    FieldDescriptor keyField = field.getMessageType().findFieldByNumber(1);
    FieldDescriptor valueField = field.getMessageType().findFieldByNumber(2);
    Set<String> seen = new HashSet<>();
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      String at = "%s[%s]".formatted(path, JsonValues.quoted(name));
      if (!seen.add(name)) {
        refuse(json, at, "given twice (expected: once)");
        continue;
      }
      Message.Builder entry = message.newBuilderForField(field);
      Object key = JsonValues.fromText(keyField, name);
      Object value = readValue(json, entry, valueField, at, depth + 1);
      if (key == null) {
        add(at, JsonValues.expected(keyField, JsonValues.quoted(name)));
      } else if (value != null) {
        message.addRepeatedField(
            field, entry.setField(keyField, key).setField(valueField, value).build());
      }
    }
    json.endObject();
  }

  /** The value; null: it does not fit, which is among the findings. */
  private @Nullable Object readValue(
      JsonReader json, Message.Builder owner, FieldDescriptor field, String path, int depth)
      throws IOException {
    count();
    if (isMessage(field)) {
      if (json.peek() != JsonToken.BEGIN_OBJECT) {
        refuse(json, path, shown(json) + " (expected: an object)");
        return null;
      }
      Message.Builder inner = owner.newBuilderForField(field);
      readObject(json, inner, path, depth + 1);
      return inner.build();
    }
    Object value =
        switch (json.peek()) {
          case STRING -> {
            String text = json.nextString();
            yield valueOr(path, field, JsonValues.fromString(field, text), JsonValues.quoted(text));
          }
          case NUMBER -> {
            String number = json.nextString();
            yield valueOr(
                path, field, JsonValues.fromNumber(field, number), JsonValues.cut(number));
          }
          case BOOLEAN -> {
            boolean flag = json.nextBoolean();
            boolean fits = field.getJavaType() == JavaType.BOOLEAN;
            yield valueOr(path, field, fits ? flag : null, String.valueOf(flag));
          }
          default -> {
            String found = shown(json);
            json.skipValue();
            yield valueOr(path, field, null, found);
          }
        };
    return value;
  }

  private @Nullable Object valueOr(
      String path, FieldDescriptor field, @Nullable Object value, String found) {
    if (value == null) {
      add(path, JsonValues.expected(field, found));
    }
    return value;
  }

  /** A message that JSON writes as an object; times and spans of time are texts. */
  private static boolean isMessage(FieldDescriptor field) {
    return field.getJavaType() == JavaType.MESSAGE
        && !field.getMessageType().equals(Timestamp.getDescriptor())
        && !field.getMessageType().equals(Duration.getDescriptor());
  }

  private void refuse(JsonReader json, String path, String text) throws IOException {
    add(path, text);
    json.skipValue();
  }

  private void add(String path, String text) {
    findings.add(finding(path, text));
    if (findings.size() == MAX_FINDINGS) {
      throw EnoughException.INSTANCE;
    }
  }

  private void count() {
    if (++values > MAX_VALUES) {
      throw JsonRequests.malformed("too many values (expected: at most %d)".formatted(MAX_VALUES));
    }
  }

  private static String shown(JsonReader json) throws IOException {
    return switch (json.peek()) {
      case BEGIN_ARRAY -> "a list";
      case BEGIN_OBJECT -> "an object";
      case NULL -> "null";
      case STRING -> "a text";
      case NUMBER -> "a number";
      default -> "true or false";
    };
  }

  private static Map<String, FieldDescriptor> fieldsByName(Descriptor type) {
    Map<String, FieldDescriptor> fields = new HashMap<>();
    type.getFields().forEach(field -> fields.put(field.getJsonName(), field));
    type.getFields().forEach(field -> fields.put(field.getName(), field));
    return Map.copyOf(fields);
  }
}
