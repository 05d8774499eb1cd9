package io.flywheel.client;

import io.flywheel.v1.ErrorReason;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A call that failed. Branch on {@link #reason()}, or on {@link #code()} where the service gave no
 * reason; the message is for people and may be reworded at any time.
 */
public final class FlywheelException extends RuntimeException {
  private final Status.Code code;
  private final ErrorDetails details;

  private FlywheelException(Status status, ErrorDetails details) {
    super(message(status, details), status.getCause());
    this.code = status.getCode();
    this.details = details;
  }

  /**
   * What a generated stub threw, with the details that the service gave. An error without a gRPC
   * status becomes UNKNOWN.
   */
  public static FlywheelException from(Throwable failure) {
    if (failure instanceof FlywheelException) {
      return (FlywheelException) failure;
    }
    return from(Status.fromThrowable(failure), Status.trailersFromThrowable(failure));
  }

  static FlywheelException from(Status status, @Nullable Metadata trailers) {
    return new FlywheelException(
        status, ErrorDetails.in(trailers == null ? new Metadata() : trailers));
  }

  /** The gRPC status code. */
  public Status.Code code() {
    return code;
  }

  /**
   * Why the service refused the call; ERROR_REASON_UNSPECIFIED where the error did not come from
   * the service (the network, a proxy, this client) or its reason is newer than this client.
   */
  public ErrorReason reason() {
    return details.reason();
  }

  /** Every field that broke its rule, with what was expected; empty where none is to blame. */
  public List<FieldViolation> fieldViolations() {
    return details.violations();
  }

  /** How long the service asks to wait before the call is tried again, in milliseconds. */
  public OptionalLong retryAfterMillis() {
    Long millis = details.retryAfterMillis();
    return millis == null ? OptionalLong.empty() : OptionalLong.of(millis);
  }

  /**
   * For {@link ErrorReason#ERROR_REASON_INTERNAL}: the id under which the service logged the
   * defect.
   */
  public Optional<String> incident() {
    return Optional.ofNullable(details.incident());
  }

  /** Whether whoever can wait may go on trying: not where the request itself is to blame. */
  boolean isCurable() {
    return RetryPolicy.isCurable(this);
  }

  private static String message(Status status, ErrorDetails details) {
    String text = status.getDescription() == null ? "" : ": " + status.getDescription();
    String reason = details.reasonName();
    return (reason.isEmpty() ? status.getCode().name() : reason) + text;
  }
}
