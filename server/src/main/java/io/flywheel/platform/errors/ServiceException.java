package io.flywheel.platform.errors;

import com.google.rpc.BadRequest.FieldViolation;
import io.flywheel.v1.ErrorReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A call is refused for a reason that its caller is told. It carries no stack trace: refusing is
 * part of normal work.
 */
public final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int MAX_VIOLATIONS = 20;
  private static final int MAX_IN_MESSAGE = 5;
  private static final int MAX_TEXT = 400;

  private final ErrorReason reason;
  private final transient List<FieldViolation> violations;
  private final transient Map<String, String> metadata;
  private final @Nullable Duration retryAfter;

  private ServiceException(
      ErrorReason reason,
      String message,
      List<FieldViolation> violations,
      Map<String, String> metadata,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message, cause, false, false);
    this.reason = reason;
    this.violations = List.copyOf(violations);
    this.metadata = Map.copyOf(metadata);
    this.retryAfter = retryAfter;
  }

  /** A refusal that is about no single field. */
  public static ServiceException of(ErrorReason reason, String message) {
    return new ServiceException(reason, message, List.of(), Map.of(), null, null);
  }

  /**
   * A refusal by a rule that time changes.
   *
   * @param possibleAt when it would be possible; null: no time helps
   */
  public static ServiceException until(
      ErrorReason reason, String message, @Nullable Instant possibleAt) {
    return new ServiceException(
        reason,
        message,
        List.of(),
        possibleAt == null ? Map.of() : Map.of("possible_at", possibleAt.toString()),
        null,
        null);
  }

  /** What will be possible in a moment. */
  public static ServiceException notYet(ErrorReason reason, String message, Duration retryAfter) {
    return new ServiceException(reason, message, List.of(), Map.of(), retryAfter, null);
  }

  /** A field breaks its rule; the message reads {@code -1 (expected: 1 to 1000)}. */
  public static ServiceException invalidField(String field, String message) {
    return invalidFields(
        ErrorReason.ERROR_REASON_INVALID_FIELD,
        List.of(FieldViolation.newBuilder().setField(field).setDescription(message).build()));
  }

  /**
   * Several fields break their rules. An answer has room for the first of them only, since clients
   * take a status of a few kilobytes; its message says how many there are.
   */
  public static ServiceException invalidFields(
      ErrorReason reason, List<FieldViolation> violations) {
    List<FieldViolation> told =
        violations.stream().limit(MAX_VIOLATIONS).map(ServiceException::cut).toList();
    String message =
        told.stream()
            .limit(MAX_IN_MESSAGE)
            .map(v -> v.getField() + ": " + v.getDescription())
            .collect(Collectors.joining("; "));
    int others = violations.size() - MAX_IN_MESSAGE;
    String more = others > 0 ? "; and " + others + " more" : "";
    return new ServiceException(reason, message + more, told, Map.of(), null, null);
  }

  private static FieldViolation cut(FieldViolation violation) {
    return violation.toBuilder()
        .setField(cut(violation.getField()))
        .setDescription(cut(violation.getDescription()))
        .build();
  }

  private static String cut(String text) {
    return text.codePointCount(0, text.length()) <= MAX_TEXT
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MAX_TEXT)) + "…";
  }

  /** As much waits as the service may hold. */
  public static ServiceException overloaded(Duration retryAfter) {
    return new ServiceException(
        ErrorReason.ERROR_REASON_OVERLOADED,
        "the service has as much waiting as it may hold; try again after the delay",
        List.of(),
        Map.of(),
        retryAfter,
        null);
  }

  /** The database does not answer. */
  public static ServiceException databaseUnavailable(Throwable cause) {
    return databaseUnavailable("the database does not answer", Duration.ofSeconds(1), cause);
  }

  /** The database has no room for what was to be written. */
  public static ServiceException databaseFull(Throwable cause) {
    return databaseUnavailable("the database has no room left", Duration.ofSeconds(10), cause);
  }

  private static ServiceException databaseUnavailable(
      String what, Duration retryAfter, Throwable cause) {
    return new ServiceException(
        ErrorReason.ERROR_REASON_DATABASE_UNAVAILABLE,
        what + "; repeat the call with the same request_id",
        List.of(),
        Map.of(),
        retryAfter,
        cause);
  }

  /** A defect of the service; the incident is in the log too. */
  static ServiceException internal(String incident, Throwable cause) {
    return new ServiceException(
        ErrorReason.ERROR_REASON_INTERNAL,
        "the service failed; its log has the incident " + incident,
        List.of(),
        Map.of("incident", incident),
        null,
        cause);
  }

  /** Why, for programs. */
  public ErrorReason reason() {
    return reason;
  }

  /** Whether the same call may succeed when it is repeated a little later. */
  public boolean isPassing() {
    return switch (reason) {
      case ERROR_REASON_OVERLOADED, ERROR_REASON_DATABASE_UNAVAILABLE, ERROR_REASON_SHUTTING_DOWN ->
          true;
      default -> false;
    };
  }

  /** The fields to blame; may be empty. */
  public List<FieldViolation> violations() {
    return violations;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  /** How long to wait before the next try, where waiting helps. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
