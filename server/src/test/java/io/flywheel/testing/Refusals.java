package io.flywheel.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What refused calls say. */
public final class Refusals {
  private Refusals() {}

  /** Fails unless the call is refused for a reason; the reason is without its prefix. */
  public static void assertRefused(String reason, ThrowingCallable call) {
    StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(refused).as("a call to be refused for " + reason).isNotNull();
    assertThat(reasonOf(refused)).as(refused.toString()).isEqualTo(reason);
  }

  /** Fails unless the call is refused because of one field; the text is the whole description. */
  public static void assertInvalid(String field, String text, ThrowingCallable call) {
    StatusRuntimeException refused = catchThrowableOfType(StatusRuntimeException.class, call);
    assertThat(refused).as("a call to be refused for " + field).isNotNull();
    assertThat(detail(refused, BadRequest.class).getFieldViolationsList())
        .singleElement()
        .satisfies(violation -> {
          assertThat(violation.getField()).isEqualTo(field);
          assertThat(violation.getDescription()).isEqualTo(text);
        });
  }

  /** Why a call was refused. */
  public static String reasonOf(Throwable refused) {
    return detail(refused, ErrorInfo.class).getReason();
  }

  private static <M extends com.google.protobuf.Message> M detail(
      Throwable refused, Class<M> type) {
    Status status = StatusProto.fromThrowable(refused);
    assertThat(status).as(refused.toString()).isNotNull();
    for (Any detail : status.getDetailsList()) {
      if (detail.is(type)) {
        try {
          return detail.unpack(type);
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      }
    }
    throw new AssertionError("no " + type.getSimpleName() + " in " + status);
  }
}
