package io.flywheel.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Duration;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.JsonFormat;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.AdjustPointsRequest;
import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Event;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.FulfillmentServiceGrpc;
import io.flywheel.v1.IngestEventsRequest;
import io.flywheel.v1.LeaderboardServiceGrpc;
import io.flywheel.v1.LevelServiceGrpc;
import io.flywheel.v1.LotteryServiceGrpc;
import io.flywheel.v1.MallServiceGrpc;
import io.flywheel.v1.OperationsServiceGrpc;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.ViewerServiceGrpc;
import io.flywheel.v1.WebhookServiceGrpc;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** JSON is read as strictly as the contract, and never altered. */
final class JsonRequestsTest {
  private static final List<Descriptor> REQUESTS =
      Stream.of(
              AnalyticsServiceGrpc.getServiceDescriptor(),
              CheckInServiceGrpc.getServiceDescriptor(),
              EventServiceGrpc.getServiceDescriptor(),
              FulfillmentServiceGrpc.getServiceDescriptor(),
              LeaderboardServiceGrpc.getServiceDescriptor(),
              LevelServiceGrpc.getServiceDescriptor(),
              LotteryServiceGrpc.getServiceDescriptor(),
              MallServiceGrpc.getServiceDescriptor(),
              OperationsServiceGrpc.getServiceDescriptor(),
              PointsServiceGrpc.getServiceDescriptor(),
              ProgramServiceGrpc.getServiceDescriptor(),
              RoomServiceGrpc.getServiceDescriptor(),
              TaskServiceGrpc.getServiceDescriptor(),
              ViewerServiceGrpc.getServiceDescriptor(),
              WebhookServiceGrpc.getServiceDescriptor())
          .flatMap(service -> service.getMethods().stream())
          .map(method -> (ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
          .map(method -> method.getMethodDescriptor().getInputType())
          .distinct()
          .toList();

  /** Values that JSON's lenient readers take for something else. */
  private static final Map<JavaType, List<String>> WRONG =
      Map.of(
          JavaType.STRING, List.of("1", "true", "[\"a\"]", "[[\"a\"]]", "{}"),
          JavaType.INT,
              List.of(
                  "[5]",
                  "true",
                  "1.5",
                  "\"\"",
                  "\" 1\"",
                  "\"９\"",
                  "\"0x1\"",
                  "\"+1\"",
                  "2147483648",
                  "1e10",
                  "{}"),
          JavaType.LONG,
              List.of(
                  "[5]",
                  "false",
                  "0.1",
                  "\"９\"",
                  "\"1_000\"",
                  "9223372036854775808",
                  "\"-9223372036854775809\"",
                  "1e999999",
                  "{}"),
          JavaType.BOOLEAN, List.of("\"true\"", "1", "0", "[true]", "{}"),
          JavaType.ENUM, List.of("\"NO_SUCH\"", "99999", "\"1\"", "true", "[]", "1.5"),
          JavaType.MESSAGE, List.of("1", "\"x\"", "[{}]", "true"));

  @Test
  void aValueThatIsNoneOfItsFieldIsRefusedByItsPathInEveryRequest() {
    int tried = 0;
    for (Place place : places()) {
      for (String value : Objects.requireNonNull(WRONG.get(place.field().getJavaType()))) {
        String wrong = place.field().isRepeated() ? "[" + value + "]" : value;
        String path = place.path() + (place.field().isRepeated() ? "[0]" : "");
        assertRefused(place.root(), place.around(wrong), path);
        tried++;
      }
      String listed = place.field().isRepeated() ? "\"x\"" : null;
      if (listed != null) {
        assertRefused(place.root(), place.around(listed), place.path());
      }
    }
    assertThat(tried).isGreaterThan(500);
  }

  @Test
  void nothingIsGivenTwiceInEitherSpelling() {
    for (String twice :
        List.of(
            "{\"requestId\":\"a\",\"requestId\":\"b\"}",
            "{\"request_id\":\"a\",\"requestId\":\"b\"}",
            "{\"requestId\":null,\"requestId\":\"b\"}")) {
      assertRefused(AdjustPointsRequest.getDescriptor(), twice, "requestId");
    }
    assertRefused(
        IngestEventsRequest.getDescriptor(),
        "{\"events\":[{\"liked\":{},\"commented\":{}}]}",
        "events[0].commented");
    assertRefused(
        IngestEventsRequest.getDescriptor(),
        "{\"events\":[{\"custom\":{\"attributes\":{\"a\":\"1\",\"a\":\"2\"}}}]}",
        "events[0].custom.attributes[\"a\"]");
  }

  @Test
  void whatTheStandardWriterWritesIsReadBackUnchanged() throws Exception {
    Random random = new Random(20261129);
    for (int i = 0; i < 2_000; i++) {
      Descriptor type = REQUESTS.get(random.nextInt(REQUESTS.size()));
      Message message = randomMessage(type, random, 0);
      String json = JsonFormat.printer().print(message);
      assertThat(read(type, json)).as(json).isEqualTo(message);
    }
  }

  @Test
  void daysHoursAndOffsetsThatAreNoneAreRefused() {
    for (String time :
        List.of(
            "2023-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-10T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-03-02T25:00:00Z",
            "2026-03-02T24:00:00Z",
            "2026-03-02T23:60:00Z",
            "2026-03-02T23:59:60Z",
            "2026-03-02T08:00:00+99:99",
            "2026-03-02T08:00:00+18:01",
            "2026-03-02T08:00:00",
            "2026-03-02",
            "0000-12-31T00:00:00Z",
            "9999-12-31T23:59:59-01:00",
            "２０２６-03-02T08:00:00Z",
            "")) {
      assertRefused(Event.getDescriptor(), "{\"occurredAt\":\"" + time + "\"}", "occurredAt");
    }
  }

  @Test
  void everyTimeThatIsOneIsTakenAsItIsAndEveryOtherIsRefused() {
    Random random = new Random(20261129);
    int taken = 0;
    for (int i = 0; i < 20_000; i++) {
      int year = random.nextInt(1, 10_000);
      int month = random.nextInt(0, 14);
      int day = random.nextInt(0, 33);
      int hour = random.nextInt(0, 26);
      int minute = random.nextInt(0, 62);
      boolean isTime =
          month >= 1
              && month <= 12
              && day >= 1
              && day <= YearMonth.of(year, month).lengthOfMonth()
              && hour < 24
              && minute < 60;
      String text = "%04d-%02d-%02dT%02d:%02d:00Z".formatted(year, month, day, hour, minute);
      String json = "{\"occurredAt\":\"" + text + "\"}";
      if (isTime) {
        taken++;
        Instant time =
            OffsetDateTime.of(year, month, day, hour, minute, 0, 0, ZoneOffset.UTC).toInstant();
        Timestamp expected = Timestamp.newBuilder().setSeconds(time.getEpochSecond()).build();
        Message event = read(Event.getDescriptor(), json);
        assertThat(event).isEqualTo(Event.newBuilder().setOccurredAt(expected).build());
      } else {
        assertRefused(Event.getDescriptor(), json, "occurredAt");
      }
    }
    assertThat(taken).isBetween(2_000, 18_000);
  }

  /** However much of it is wrong, and however much there is of it. */
  @Test
  void aRefusalIsShortAndNothingMoreIsReadForIt() {
    Random random = new Random(20261129);
    for (int i = 0; i < 300; i++) {
      Descriptor type = REQUESTS.get(random.nextInt(REQUESTS.size()));
      UnendingBody body = new UnendingBody(type, random);
      assertThatThrownBy(() -> JsonRequests.read(type, body, Map.of(), List.of()))
          .as(type.getName())
          .isInstanceOfSatisfying(
              ServiceException.class,
              refusal -> {
                assertThat(refusal.reason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_FIELD);
                assertThat(refusal.violations()).hasSizeLessThanOrEqualTo(20);
                assertThat(JsonErrors.of(refusal).content().length()).isLessThan(32_000);
              });
    }
  }

  /**
   * A JSON object that goes on for ever: fields that there are and that there are not, with values
   * of every type, long ones and deep ones. Whoever reads too much of it is told so.
   */
  private static final class UnendingBody extends InputStream {
    /** The reader's own buffers, and the longest single thing, several times. */
    private static final int TOO_MUCH = 4_000_000;

    private final List<FieldDescriptor> fields;
    private final Random random;
    private byte[] part = "{".getBytes(StandardCharsets.UTF_8);
    private int at;
    private int read;

    UnendingBody(Descriptor type, Random random) {
      this.fields = type.getFields();
      this.random = random;
    }

    @Override
    public int read() {
      assertThat(++read).as("bytes read of it").isLessThan(TOO_MUCH);
      if (at == part.length) {
        part = (field() + ":" + value(0) + ",").getBytes(StandardCharsets.UTF_8);
        at = 0;
      }
      return part[at++] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        buffer[i] = (byte) read();
      }
      return length;
    }

    private String field() {
      String name =
          fields.isEmpty() || random.nextInt(3) > 0
              ? "k".repeat(1 + random.nextInt(random.nextInt(50) == 0 ? 100_000 : 30))
              : fields.get(random.nextInt(fields.size())).getJsonName();
      return "\"" + name + "\"";
    }

    private String value(int depth) {
      return switch (random.nextInt(8)) {
        case 0 -> "null";
        case 1 -> "true";
        case 2 -> "-1e" + random.nextInt(99);
        case 3 -> "[" + "0,".repeat(random.nextInt(3_000)) + "0]";
        case 4 -> "[".repeat(60) + "]".repeat(60);
        case 5 -> depth > 20 ? "{}" : "{" + field() + ":" + value(depth + 1) + "}";
        case 6 -> "\"" + "好".repeat(random.nextInt(2_000)) + "\"";
        default -> "\"\"";
      };
    }
  }

  /** A field somewhere below a request. */
  private record Place(
      Descriptor root, String before, String path, FieldDescriptor field, String after) {
    String around(String value) {
      return "{" + before + "\"" + field.getJsonName() + "\":" + value + after + "}";
    }
  }

  private static List<Place> places() {
    List<Place> places = new ArrayList<>();
    REQUESTS.forEach(type -> addPlaces(type, type, "", "", "", new HashSet<>(), places));
    return places;
  }

  private static void addPlaces(
      Descriptor root,
      Descriptor type,
      String before,
      String path,
      String after,
      Set<Descriptor> around,
      List<Place> places) {
    if (!around.add(type)) {
      return;
    }
    for (FieldDescriptor field : type.getFields()) {
      String at = path + field.getJsonName();
      if (field.isMapField()) {
        continue;
      }
      places.add(new Place(root, before, at, field, after));
      boolean isObject =
          field.getJavaType() == JavaType.MESSAGE
              && !field.getMessageType().getFullName().startsWith("google.");
      if (isObject) {
        String name = before + "\"" + field.getJsonName() + "\":";
        addPlaces(
            root,
            field.getMessageType(),
            name + (field.isRepeated() ? "[{" : "{"),
            at + (field.isRepeated() ? "[0]." : "."),
            (field.isRepeated() ? "}]" : "}") + after,
            around,
            places);
      }
    }
    around.remove(type);
  }

  private static void assertRefused(Descriptor type, String json, String path) {
    assertThatThrownBy(() -> read(type, json))
        .as(json)
        .isInstanceOfSatisfying(
            ServiceException.class,
            refusal ->
                assertThat(refusal.violations())
                    .as(json + ": " + refusal.getMessage())
                    .singleElement()
                    .satisfies(violation -> assertThat(violation.getField()).isEqualTo(path)));
  }

  private static Message read(Descriptor type, String json) {
    Message read =
        JsonRequests.read(
            type,
            new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
            Map.of(),
            List.of());
    try {
      // Equal to generated messages, too.
      return DynamicMessage.parseFrom(type, read.toByteString());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static Message randomMessage(Descriptor type, Random random, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      boolean isTaken =
          field.getRealContainingOneof() != null
              && message.hasOneof(field.getRealContainingOneof());
      if (random.nextInt(3) == 0 || isTaken || depth > 5) {
        continue;
      }
      if (field.isMapField()) {
        message.addRepeatedField(field, randomMessage(field.getMessageType(), random, depth + 1));
      } else if (field.isRepeated()) {
        message.addRepeatedField(field, randomValue(field, random, depth));
        message.addRepeatedField(field, randomValue(field, random, depth));
      } else {
        message.setField(field, randomValue(field, random, depth));
      }
    }
    return message.build();
  }

  private static Object randomValue(FieldDescriptor field, Random random, int depth) {
    List<String> texts = List.of("", "a", "你好", "👩‍👩‍👧", "\"\\\n\u0000", "true", "1");
    return switch (field.getJavaType()) {
      case STRING -> texts.get(random.nextInt(texts.size()));
      case INT -> random.nextInt();
      case LONG -> random.nextLong();
      case BOOLEAN -> random.nextBoolean();
      case DOUBLE -> random.nextGaussian();
      case FLOAT -> random.nextFloat();
      case BYTE_STRING -> ByteString.copyFromUtf8(texts.get(random.nextInt(texts.size())));
      case ENUM ->
          field
              .getEnumType()
              .getValues()
              .get(random.nextInt(field.getEnumType().getValues().size()));
      case MESSAGE ->
          switch (field.getMessageType().getFullName()) {
            case "google.protobuf.Timestamp" ->
                Timestamp.newBuilder()
                    .setSeconds(random.nextLong(-62_135_596_800L, 253_402_300_800L))
                    .setNanos(random.nextInt(1_000_000_000))
                    .build();
            case "google.protobuf.Duration" ->
                Duration.newBuilder()
                    .setSeconds(random.nextLong(0, 315_576_000_000L))
                    .setNanos(random.nextInt(1_000_000_000))
                    .build();
            default -> randomMessage(field.getMessageType(), random, depth + 1);
          };
    };
  }
}
