package io.flywheel.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.flywheel.platform.auth.Role;
import io.flywheel.testing.TestServer;
import io.flywheel.v1.AnalyticsServiceGrpc;
import io.flywheel.v1.CheckInServiceGrpc;
import io.flywheel.v1.EventServiceGrpc;
import io.flywheel.v1.PointsServiceGrpc;
import io.flywheel.v1.ProgramServiceGrpc;
import io.flywheel.v1.RoomServiceGrpc;
import io.flywheel.v1.TaskServiceGrpc;
import io.flywheel.v1.ViewerServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Whatever a caller sends to whatever method, it is never the service that is to blame. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MalformedInputTest {
  private static final Set<Status.Code> OUR_FAULT =
      Set.of(
          Status.Code.INTERNAL,
          Status.Code.UNKNOWN,
          Status.Code.DATA_LOSS,
          Status.Code.UNAVAILABLE,
          Status.Code.DEADLINE_EXCEEDED);
  private static final List<String> TEXTS =
      List.of(
          "",
          "v",
          "like",
          "room",
          "r1",
          "a b",
          "\0",
          "观众🎉",
          "x".repeat(65),
          "x".repeat(3_000),
          "'; DROP TABLE viewer; --",
          "2026-02-30",
          "2026-03-02",
          "9999-12-31",
          "0001-01",
          "2026-03",
          "Asia/Shanghai",
          "Mars/Base",
          "tasks: [{",
          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
          "../..",
          "%s%n");
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    20,
    1_000,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1_772_438_400L,
    253_402_300_799L
  };
  private static final List<ServiceDescriptor> SERVICES =
      List.of(
          AnalyticsServiceGrpc.getServiceDescriptor(),
          EventServiceGrpc.getServiceDescriptor(),
          RoomServiceGrpc.getServiceDescriptor(),
          CheckInServiceGrpc.getServiceDescriptor(),
          TaskServiceGrpc.getServiceDescriptor(),
          PointsServiceGrpc.getServiceDescriptor(),
          ProgramServiceGrpc.getServiceDescriptor(),
          ViewerServiceGrpc.getServiceDescriptor());

  private final List<Channel> channels = new ArrayList<>();
  private TestServer server;

  @BeforeAll
  void start() throws Exception {
    server = TestServer.start();
    LivePlatform platform = new LivePlatform(server, "m");
    platform.apply(
        "apply",
        """
        check_in: {method: on_enter, consecutive: [{count: 1, rewards: [points: 1]}]}
        tasks:
        - {id: like, title: Like, trigger: like, window: day, tiers: [{threshold: 1, rewards: [points: 1]}]}
        - {id: watch, title: Watch, trigger: watch, window: broadcast, tiers: [{threshold: 3m}]}
        - {id: words, title: Words, trigger: comment, count: distinct_texts, tiers: [{threshold: 3}]}
        """);
    for (Role role : Role.values()) {
      channels.add(platform.as(role, "v"));
    }
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @Test
  void bytesThatAreNoMessageAreTheCallersFault() {
    Random random = new Random(11);
    for (MethodDescriptor<?, ?> method : unaryMethods()) {
      for (int i = 0; i < 20; i++) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        call(method, bytes, channels.get(i % channels.size()), "seed 11, bytes " + i);
      }
    }
  }

  @Test
  void messagesOfNastyValuesAreTheCallersFault() {
    for (MethodDescriptor<?, ?> method : unaryMethods()) {
      for (int seed = 0; seed < 100; seed++) {
        Random random = new Random(seed);
        Message message = nasty(inputOf(method), random, 0);
        call(
            method,
            message.toByteArray(),
            channels.get(seed % channels.size()),
            message.toString());
      }
    }
  }

  private static List<MethodDescriptor<?, ?>> unaryMethods() {
    List<MethodDescriptor<?, ?>> methods = new ArrayList<>();
    for (ServiceDescriptor service : SERVICES) {
      for (MethodDescriptor<?, ?> method : service.getMethods()) {
        if (method.getType() == MethodDescriptor.MethodType.UNARY) {
          methods.add(method);
        }
      }
    }
    assertThat(methods).hasSizeGreaterThan(15);
    return methods;
  }

  private static void call(
      MethodDescriptor<?, ?> method, byte[] request, Channel channel, String what) {
    MethodDescriptor<byte[], byte[]> raw =
        MethodDescriptor.newBuilder(Bytes.MARSHALLER, Bytes.MARSHALLER)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method.getFullMethodName())
            .build();
    try {
      byte[] answer =
          ClientCalls.blockingUnaryCall(
              channel,
              raw,
              CallOptions.DEFAULT.withDeadlineAfter(30, java.util.concurrent.TimeUnit.SECONDS),
              request);
      // Events are refused one by one.
      assertThat(new String(answer, StandardCharsets.ISO_8859_1))
          .as("%s of %s", method.getFullMethodName(), what)
          .doesNotContain("INTERNAL");
    } catch (StatusRuntimeException e) {
      assertThat(OUR_FAULT)
          .as("%s of %s: %s", method.getFullMethodName(), what, e.getStatus())
          .doesNotContain(e.getStatus().getCode());
    }
  }

  private static Descriptor inputOf(MethodDescriptor<?, ?> method) {
    return ((ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
        .getMethodDescriptor()
        .getInputType();
  }

  private static Message nasty(Descriptor type, Random random, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      boolean leaveOut = depth > 4 || random.nextInt(4) == 0;
      if (leaveOut || field.isMapField()) {
        continue;
      }
      if (field.isRepeated()) {
        for (int i = 0; i < random.nextInt(4); i++) {
          message.addRepeatedField(field, nasty(field, random, depth));
        }
      } else {
        message.setField(field, nasty(field, random, depth));
      }
    }
    return message.build();
  }

  private static Object nasty(FieldDescriptor field, Random random, int depth) {
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    return switch (field.getJavaType()) {
      case INT -> (int) number;
      case LONG -> number;
      case FLOAT -> Float.NaN;
      case DOUBLE -> Double.NaN;
      case BOOLEAN -> random.nextBoolean();
      case ENUM ->
          field.getEnumType().findValueByNumberCreatingIfUnknown(random.nextInt(6) * 7 / 5);
      case STRING -> goodOrNasty(field, random);
      case BYTE_STRING -> com.google.protobuf.ByteString.copyFromUtf8("\0");
      case MESSAGE -> nasty(field.getMessageType(), random, depth + 1);
    };
  }

  /** Ids are mostly good, so that what is nasty in other fields comes to be looked at. */
  private static String goodOrNasty(FieldDescriptor field, Random random) {
    if (random.nextInt(5) > 0) {
      switch (field.getName()) {
        case "request_id", "event_id" -> {
          return "r" + random.nextLong();
        }
        case "viewer_id" -> {
          return "v";
        }
        case "room_id", "broadcast_id", "order_id" -> {
          return "room";
        }
        case "task_id" -> {
          return "like";
        }
        default -> {}
      }
    }
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    MARSHALLER;

    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
