package io.flywheel.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refused call tells its caller. */
public record Errors(
    Code code, String message, ErrorInfo info, BadRequest violations, Optional<RetryInfo> retry) {

  /**
   * The error that the call ends with; fails where it succeeds, or where the error has no reason.
   */
  public static Errors of(ThrowingCallable call) {
    return of(catchThrowable(call));
  }

  /** What is in the exception of a failed call. */
  public static Errors of(Throwable failure) {
    assertThat(failure).as("the call's error").isNotNull();
    Status status = StatusProto.fromThrowable(failure);
    assertThat(status).as("details of %s", failure).isNotNull();
    Errors errors =
        new Errors(
            Code.forNumber(status.getCode()),
            status.getMessage(),
            detail(status, ErrorInfo.class).orElse(ErrorInfo.getDefaultInstance()),
            detail(status, BadRequest.class).orElse(BadRequest.getDefaultInstance()),
            detail(status, RetryInfo.class));
    assertThat(errors.info.getDomain()).as("domain in %s", failure).isEqualTo("flywheel");
    return errors;
  }

  /** The reason without its prefix. */
  public String reason() {
    return info.getReason();
  }

  /** Every violation as {@code field: description}. */
  public List<String> fields() {
    return violations.getFieldViolationsList().stream()
        .map(v -> v.getField() + ": " + v.getDescription())
        .toList();
  }

  private static <T extends Message> Optional<T> detail(Status status, Class<T> type) {
    for (Any detail : status.getDetailsList()) {
      if (detail.is(type)) {
        try {
          return Optional.of(detail.unpack(type));
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      }
    }
    return Optional.empty();
  }
}
