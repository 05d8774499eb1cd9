package io.flywheel.event;

import static org.assertj.core.api.Assertions.assertThat;

import build.buf.protovalidate.Config;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.flywheel.v1.Event;
import io.flywheel.v1.Event.WhatCase;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is taken for plain keeps every constraint of the contract, by the word of the validator. */
final class PlainEventTest {
  private static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "Z9._:@-",
          "/",
          ";",
          "[",
          "`",
          "{",
          "with space",
          "!~",
          "\u007f",
          "é",
          "线",
          "\uD83D\uDE00",
          "line\n",
          "https://cdn.example/a.png",
          "12345678",
          "a".repeat(63),
          "a".repeat(64),
          "a".repeat(65),
          "a".repeat(128),
          "a".repeat(129),
          "\uD83D\uDE00".repeat(64),
          "\uD83D\uDE00".repeat(128),
          "x".repeat(1_000),
          "x".repeat(1_001));
  private static final List<Long> NUMBERS =
      List.of(
          -1L,
          0L,
          1L,
          999L,
          1_000L,
          1_001L,
          1_000_000_000_000L,
          1_000_000_000_001L,
          Long.MIN_VALUE);

  private final Validator validator =
      ValidatorFactory.newBuilder()
          .withConfig(Config.newBuilder().setEnableNativeRules(true).build())
          .build();
  private final Random random = new Random(20261129);

  @Test
  void everyEventThatIsTakenForPlainIsValid() throws ValidationException {
    Set<WhatCase> plain = EnumSet.noneOf(WhatCase.class);
    int doubtful = 0;
    for (int round = 0; round < 60_000; round++) {
      Event event = event();
      if (PlainEvent.isOne(event)) {
        assertThat(validator.validate(event).getViolations()).as("%s", event).isEmpty();
        plain.add(event.getWhatCase());
      } else {
        doubtful++;
      }
    }
    assertThat(plain)
        .containsExactlyInAnyOrderElementsOf(
            EnumSet.complementOf(
                EnumSet.of(
                    WhatCase.CUSTOM,
                    WhatCase.REFUNDED,
                    WhatCase.ORDER_COMPLETION,
                    WhatCase.BROADCAST_STARTED,
                    WhatCase.WHAT_NOT_SET)));
    assertThat(doubtful).isBetween(10_000, 50_000);
  }

  /** An event of any kind, mostly in order, in which anything may be anything. */
  private Event event() {
    Event.Builder event =
        Event.newBuilder()
            .setEventId(often("e1"))
            .setViewerId(often("anna"))
            .setRoomId(often("room"))
            .setBroadcastId(often("tonight"));
    if (random.nextInt(20) > 0) {
      event.setOccurredAt(Timestamp.newBuilder().setSeconds(1_700_000_000));
    }
    List<FieldDescriptor> kinds = Event.getDescriptor().getOneofs().get(0).getFields();
    if (random.nextInt(30) > 0) {
      FieldDescriptor kind = kinds.get(random.nextInt(kinds.size()));
      event.setField(kind, filled(event.newBuilderForField(kind)));
    }
    return event.build();
  }

  private String often(String usual) {
    return random.nextInt(15) > 0 ? usual : TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private Message filled(Message.Builder message) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated() || random.nextInt(4) == 0) {
        continue;
      }
      switch (field.getJavaType()) {
        case STRING -> message.setField(field, TEXTS.get(random.nextInt(TEXTS.size())));
        case LONG -> message.setField(field, NUMBERS.get(random.nextInt(NUMBERS.size())));
        case INT -> message.setField(field, NUMBERS.get(random.nextInt(NUMBERS.size())).intValue());
        case BOOLEAN -> message.setField(field, random.nextBoolean());
        case MESSAGE ->
            message.setField(
                field,
                field.getMessageType().equals(Timestamp.getDescriptor())
                    ? Timestamp.newBuilder().setSeconds(1_700_000_000).build()
                    : filled(message.newBuilderForField(field)));
        default -> throw new AssertionError(field);
      }
    }
    return message.build();
  }
}
