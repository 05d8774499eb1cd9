package io.flywheel.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.flywheel.v1.ErrorReason;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that failed. Branch on {@link #reason()}, or on {@link #code()} where the service gave no
 * reason; the message is for people and may be reworded at any time.
 */
public final class FlywheelException extends RuntimeException {
  private static final String DOMAIN = "flywheel";
  private static final String PREFIX = "ERROR_REASON_";

  private final Status.Code code;
  private final Details details;

  private FlywheelException(Status status, Details details) {
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
        status, Details.read(status, trailers == null ? new Metadata() : trailers));
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
    return details.reason;
  }

  /** Every field that broke its rule, with what was expected; empty where none is to blame. */
  public List<BadRequest.FieldViolation> fieldViolations() {
    return details.violations;
  }

  /** How long the service asks to wait before the call is tried again. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(details.retryAfter);
  }

  /**
   * For {@link ErrorReason#ERROR_REASON_INTERNAL}: the id under which the service logged the
   * defect.
   */
  public Optional<String> incident() {
    return Optional.ofNullable(details.incident);
  }

  private static String message(Status status, Details details) {
    String text = status.getDescription() == null ? "" : ": " + status.getDescription();
    return details.reason == ErrorReason.ERROR_REASON_UNSPECIFIED
        ? status.getCode() + text
        : details.reason.name().substring(PREFIX.length()) + text;
  }

  /** What google.rpc.Status carries beside code and message. */
  private static final class Details {
    private ErrorReason reason = ErrorReason.ERROR_REASON_UNSPECIFIED;
    private List<BadRequest.FieldViolation> violations = List.of();
    private @Nullable Duration retryAfter;
    private @Nullable String incident;

    static Details read(Status status, Metadata trailers) {
      Details details = new Details();
      com.google.rpc.@Nullable Status rich = StatusProto.fromStatusAndTrailers(status, trailers);
      if (rich != null) {
        for (Any detail : rich.getDetailsList()) {
          try {
            details.add(detail);
          } catch (InvalidProtocolBufferException malformed) {
            // A detail that can't be read is no reason to hide the error itself.
          }
        }
      }
      return details;
    }

    private void add(Any detail) throws InvalidProtocolBufferException {
      if (detail.is(ErrorInfo.class)) {
        ErrorInfo info = detail.unpack(ErrorInfo.class);
        if (info.getDomain().equals(DOMAIN)) {
          reason = reasonNamed(info.getReason());
          incident = info.getMetadataMap().get("incident");
        }
      } else if (detail.is(BadRequest.class)) {
        violations = List.copyOf(detail.unpack(BadRequest.class).getFieldViolationsList());
      } else if (detail.is(RetryInfo.class)) {
        com.google.protobuf.Duration delay = detail.unpack(RetryInfo.class).getRetryDelay();
        retryAfter = Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
      }
    }

    private static ErrorReason reasonNamed(String name) {
      try {
        return ErrorReason.valueOf(PREFIX + name);
      } catch (IllegalArgumentException newerThanThisClient) {
        return ErrorReason.ERROR_REASON_UNSPECIFIED;
      }
    }
  }
}
