package io.flywheel.platform.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest.FieldViolation;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes requests from what came as a JSON body, in the path and in the query. */
final class JsonRequests {
  private static final int MAX_SAID = 200;

  /** What the parser says to whoever programs with it, not to callers. */
  private static final Pattern ADVICE =
      Pattern.compile("^([\\w.]+Exception: )?(Use \\S+ to accept malformed JSON )?");

  private JsonRequests() {}

  /**
   * The request; fails with the fields that the type doesn't have, and the values that are none of
   * their fields.
   *
   * @param body the request's fields in JSON; may be empty
   * @param pathValues what the path says, by field; wins over the body
   * @param queryValues what the query says, by field, in its order
   */
  static Message read(
      Descriptor type,
      InputStream body,
      Map<String, String> pathValues,
      List<Map.Entry<String, String>> queryValues) {
    DynamicMessage.Builder request = DynamicMessage.newBuilder(type);
    readBody(body, request);
    List<FieldViolation> findings = new ArrayList<>();
    Set<List<FieldDescriptor>> seen = new HashSet<>();
    for (Map.Entry<String, String> value : queryValues) {
      List<FieldDescriptor> place = new ArrayList<>();
      put(request, value.getKey(), 0, value.getValue(), place, findings);
      if (!place.isEmpty() && !place.getLast().isRepeated() && !seen.add(place)) {
        findings.add(JsonMessages.finding(value.getKey(), "given twice (expected: once)"));
      }
    }
    pathValues.forEach(
        (field, value) -> put(request, field, 0, value, new ArrayList<>(), findings));
    if (!findings.isEmpty()) {
      throw JsonMessages.refusal(
          findings.subList(0, Math.min(findings.size(), JsonMessages.MAX_FINDINGS)));
    }
    return request.build();
  }

  private static void readBody(InputStream body, DynamicMessage.Builder request) {
    // A decoder made this way reports what is no UTF-8 instead of replacing it.
    JsonReader json = new JsonReader(new InputStreamReader(body, UTF_8.newDecoder()));
    json.setStrictness(Strictness.STRICT);
    try {
      if (isEmpty(json)) {
        return;
      }
      new JsonMessages().read(json, request);
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw malformed("more than one JSON value");
      }
    } catch (CharacterCodingException e) {
      throw malformed("the body is no text in UTF-8 (expected: JSON in UTF-8)");
    } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException e) {
      String where = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      String said = ADVICE.matcher(where).replaceFirst("");
      throw malformed("malformed JSON: " + said.substring(0, Math.min(said.length(), MAX_SAID)));
    }
  }

  private static boolean isEmpty(JsonReader json) throws IOException {
    try {
      return json.peek() == JsonToken.END_DOCUMENT;
    } catch (EOFException e) {
      return true;
    }
  }

  /**
   * Puts a text where its field is; several of one repeated field follow each other.
   *
   * @param place is given the fields that lead to it
   */
  private static void put(
      Message.Builder owner,
      String path,
      int from,
      String text,
      List<FieldDescriptor> place,
      List<FieldViolation> findings) {
    Descriptor type = owner.getDescriptorForType();
    int dot = path.indexOf('.', from);
    FieldDescriptor field =
        JsonMessages.field(type, path.substring(from, dot < 0 ? path.length() : dot));
    boolean isOwner =
        field != null && field.getJavaType() == JavaType.MESSAGE && !field.isRepeated();
    if (field == null || field.isMapField() || (dot >= 0 && !isOwner)) {
      findings.add(JsonMessages.finding(path, "no such field of " + type.getName()));
      return;
    }
    place.add(field);
    if (dot >= 0) {
      Message.Builder inner = ((Message) owner.getField(field)).toBuilder();
      put(inner, path, dot + 1, text, place, findings);
      owner.setField(field, inner.build());
      return;
    }
    Object value = JsonValues.fromText(field, text);
    if (value == null) {
      findings.add(JsonMessages.finding(path, JsonValues.expected(field, JsonValues.quoted(text))));
    } else if (field.isRepeated()) {
      owner.addRepeatedField(field, value);
    } else {
      owner.setField(field, value);
    }
  }

  static ServiceException malformed(String message) {
    return ServiceException.of(ErrorReason.ERROR_REASON_INVALID_FIELD, message);
  }
}
