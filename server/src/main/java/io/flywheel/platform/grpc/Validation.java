package io.flywheel.platform.grpc;

import build.buf.protovalidate.Config;
import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import com.google.inject.Inject;
import com.google.inject.Singleton;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.Timestamps;
import com.google.rpc.BadRequest.FieldViolation;
import io.flywheel.platform.errors.ServiceException;
import io.flywheel.v1.ErrorReason;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks messages against the rules in their proto. Rules are compiled once a type. Thread-safe.
 */
@Singleton
public final class Validation {
  private static final String NOT_A_TIME = "not a time (expected: a valid timestamp)";

  private final Validator validator =
      ValidatorFactory.newBuilder()
          .withConfig(Config.newBuilder().setEnableNativeRules(true).build())
          .build();

  @Inject
  Validation() {}

  /** Fails with every field that breaks its rule. */
  public void check(Message message) {
    List<FieldViolation> violations = violations(message, "");
    if (!violations.isEmpty()) {
      throw ServiceException.invalidFields(ErrorReason.ERROR_REASON_INVALID_FIELD, violations);
    }
  }

  /**
   * Every field that breaks its rule, empty where all is well.
   *
   * @param prefix goes before each field's path, such as {@code "events[3]."}
   */
  public List<FieldViolation> violations(Message message, String prefix) {
    try {
      ValidationResult result = validator.validate(message);
      return result.isSuccess()
          ? List.of()
          : result.getViolations().stream()
              .map(violation -> ViolationText.of(violation, message, prefix))
              .toList();
    } catch (DateTimeException | ArithmeticException e) {
      // The validator itself fails on times that lie outside of the calendar.
      List<FieldViolation> impossible = new ArrayList<>();
      addImpossibleTimes(message, prefix, impossible);
      if (impossible.isEmpty()) {
        throw e;
      }
      return impossible;
    } catch (ValidationException e) {
      throw new IllegalStateException(
          "cannot check " + message.getDescriptorForType().getFullName(), e);
    }
  }

  /**
   * A time of a request in epoch milliseconds.
   *
   * @param field the field that it stands in
   * @throws ServiceException INVALID_FIELD if it is none
   */
  public static long millis(String field, Timestamp time) {
    if (!Timestamps.isValid(time)) {
      throw ServiceException.invalidField(field, NOT_A_TIME);
    }
    return Timestamps.toMillis(time);
  }

  private static void addImpossibleTimes(
      Message message, String prefix, List<FieldViolation> violations) {
    message
        .getAllFields()
        .forEach((field, value) -> {
          String path = prefix + field.getName();
          if (value instanceof Timestamp time && !Timestamps.isValid(time)) {
            violations.add(violation(path, NOT_A_TIME));
          } else if (value instanceof Duration duration && !Durations.isValid(duration)) {
            violations.add(violation(path, "not a duration (expected: a valid duration)"));
          } else if (value instanceof Message inner) {
            addImpossibleTimes(inner, path + ".", violations);
          }
        });
  }

  private static FieldViolation violation(String path, String text) {
    return FieldViolation.newBuilder().setField(path).setDescription(text).build();
  }
}
