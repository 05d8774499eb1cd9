package io.flywheel.platform.http;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest.FieldViolation;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes requests from what came as a JSON body, in the path and in the query. */
final class JsonRequests {
  private static final TypeAdapter<JsonElement> JSON = new Gson().getAdapter(JsonElement.class);
  private static final JsonFormat.Parser PARSER = JsonFormat.parser();
  private static final int DEEPEST = 64;

  /** What the parser says to whoever programs with it, not to callers. */
  private static final Pattern ADVICE =
      Pattern.compile("^([\\w.]+Exception: )?(Use \\S+ to accept malformed JSON )?");

  private JsonRequests() {}

  /**
   * The request; fails with every field that the type doesn't have.
   *
   * @param bodyField the field that the body is, "*" for the whole request, "" for none
   * @param pathValues what the path says, by field; wins over the body
   * @param queryValues what the query says, by field, in its order
   */
  static Message read(
      Descriptor type,
      String body,
      String bodyField,
      Map<String, String> pathValues,
      List<Map.Entry<String, String>> queryValues) {
    JsonObject root = rootOf(body, bodyField);
    queryValues.forEach(value -> put(root, type, value.getKey(), value.getValue()));
    pathValues.forEach((field, value) -> put(root, type, field, value));
    List<FieldViolation> unknown = new ArrayList<>();
    findUnknown(root, type, "", 0, unknown);
    if (!unknown.isEmpty()) {
      throw ServiceException.invalidFields(ErrorReason.ERROR_REASON_INVALID_FIELD, unknown);
    }
    DynamicMessage.Builder request = DynamicMessage.newBuilder(type);
    try {
      PARSER.merge(root.toString(), request);
    } catch (InvalidProtocolBufferException e) {
      throw unreadable(type, root, "").orElseGet(() -> malformed(String.valueOf(e.getMessage())));
    }
    return request.build();
  }

  private static JsonObject rootOf(String body, String bodyField) {
    if (bodyField.isEmpty() || body.isBlank()) {
      return new JsonObject();
    }
    JsonElement content = parse(body);
    if (!bodyField.equals("*")) {
      JsonObject root = new JsonObject();
      root.add(bodyField, content);
      return root;
    } else if (content instanceof JsonObject object) {
      return object;
    }
    throw malformed("no object (expected: a JSON object with the request's fields)");
  }

  private static JsonElement parse(String body) {
    JsonReader reader = new JsonReader(new StringReader(body));
    reader.setStrictness(Strictness.STRICT);
    try {
      JsonElement content = JSON.read(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw malformed("more than one JSON value");
      }
      return content;
    } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException e) {
      String where = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw malformed("malformed JSON: " + ADVICE.matcher(where).replaceFirst(""));
    }
  }

  /** Puts a text where its field is; several of one repeated field follow each other. */
  private static void put(JsonObject root, Descriptor type, String path, String value) {
    JsonObject owner = root;
    Descriptor ownerType = type;
    String[] names = path.split("\\.", -1);
    for (int i = 0; i < names.length; i++) {
      FieldDescriptor field = ownerType == null ? null : field(ownerType, names[i]);
      if (field == null) {
        throw ServiceException.invalidField(path, "no such field of " + type.getName());
      }
      boolean last = i == names.length - 1;
      // The body may have spelt the field in the other way.
      String spelling = owner.has(field.getName()) ? field.getName() : field.getJsonName();
      if (last && field.isRepeated()) {
        if (!(owner.get(spelling) instanceof JsonArray)) {
          owner.add(spelling, new JsonArray());
        }
        owner.getAsJsonArray(spelling).add(value);
      } else if (last) {
        owner.add(spelling, new JsonPrimitive(value));
      } else {
        if (!(owner.get(spelling) instanceof JsonObject)) {
          owner.add(spelling, new JsonObject());
        }
        owner = owner.getAsJsonObject(spelling);
        ownerType = messageType(field);
      }
    }
  }

  private static void findUnknown(
      JsonElement content,
      @Nullable Descriptor type,
      String path,
      int depth,
      List<FieldViolation> unknown) {
    if (depth > DEEPEST) {
      throw malformed("nested too deeply (expected: at most %d levels)".formatted(DEEPEST));
    }
    if (content instanceof JsonArray items) {
      for (int i = 0; i < items.size(); i++) {
        findUnknown(items.get(i), type, path + "[" + i + "]", depth + 1, unknown);
      }
    } else if (content instanceof JsonObject object && type != null && !hasOwnForm(type)) {
      for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
        String inner = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
        FieldDescriptor field = field(type, entry.getKey());
        if (field == null) {
          unknown.add(
              FieldViolation.newBuilder()
                  .setField(inner)
                  .setDescription("no such field of " + type.getName())
                  .build());
        } else if (field.isMapField()) {
          findUnknownInMap(entry.getValue(), field, inner, depth, unknown);
        } else {
          findUnknown(entry.getValue(), messageType(field), inner, depth + 1, unknown);
        }
      }
    }
  }

  private static void findUnknownInMap(
      JsonElement content,
      FieldDescriptor field,
      String path,
      int depth,
      List<FieldViolation> unknown) {
    if (content instanceof JsonObject entries) {
      Descriptor type = messageType(field.getMessageType().findFieldByNumber(2));
      entries
          .entrySet()
          .forEach(entry ->
              findUnknown(
                  entry.getValue(),
                  type,
                  "%s[\"%s\"]".formatted(path, entry.getKey()),
                  depth + 1,
                  unknown));
    }
  }

  /**
   * What is wrong with the first field that can't be read, named by its path, which the parser does
   * not say: it is given each field by itself. Empty where each of them can be read.
   */
  private static Optional<ServiceException> unreadable(
      Descriptor type, JsonObject content, String path) {
    for (Map.Entry<String, JsonElement> entry : content.entrySet()) {
      String name = entry.getKey();
      FieldDescriptor field = Objects.requireNonNull(field(type, name), name);
      boolean isList = entry.getValue() instanceof JsonArray && field.isRepeated();
      List<JsonElement> items =
          isList ? entry.getValue().getAsJsonArray().asList() : List.of(entry.getValue());
      for (int i = 0; i < items.size(); i++) {
        String at = path + name + (isList ? "[" + i + "]" : "");
        Optional<String> mistake = mistakeIn(type, name, items.get(i), isList);
        if (mistake.isPresent()) {
          Descriptor inner = field.isMapField() ? null : messageType(field);
          Optional<ServiceException> deeper =
              inner != null && items.get(i) instanceof JsonObject object && !hasOwnForm(inner)
                  ? unreadable(inner, object, at + ".")
                  : Optional.empty();
          return deeper.or(() -> Optional.of(ServiceException.invalidField(at, mistake.get())));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> mistakeIn(
      Descriptor type, String field, JsonElement value, boolean isOfList) {
    JsonArray list = new JsonArray(1);
    list.add(value);
    JsonObject alone = new JsonObject();
    alone.add(field, isOfList ? list : value);
    try {
      PARSER.merge(alone.toString(), DynamicMessage.newBuilder(type));
      return Optional.empty();
    } catch (InvalidProtocolBufferException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Types of Google's that JSON writes in a way of their own. */
  private static boolean hasOwnForm(Descriptor type) {
    return type.getFullName().startsWith("google.protobuf.");
  }

  private static @Nullable Descriptor messageType(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE ? field.getMessageType() : null;
  }

  private static @Nullable FieldDescriptor field(Descriptor type, String name) {
    FieldDescriptor field = type.findFieldByName(name);
    if (field != null) {
      return field;
    }
    return type.getFields().stream()
        .filter(candidate -> candidate.getJsonName().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static ServiceException malformed(String message) {
    return ServiceException.of(ErrorReason.ERROR_REASON_INVALID_FIELD, message);
  }
}
