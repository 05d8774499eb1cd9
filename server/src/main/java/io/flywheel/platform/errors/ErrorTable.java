package io.flywheel.platform.errors;

import com.google.common.base.Throwables;
import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.flywheel.platform.db.DatabaseErrors;
import io.flywheel.v1.ErrorReason;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one table from exceptions to what a caller is told. */
public final class ErrorTable {
  private static final Logger log = LoggerFactory.getLogger(ErrorTable.class);

  /** The trailer that holds the details of a status. */
  public static final Metadata.Key<Status> DETAILS =
      Metadata.Key.of(
          "grpc-status-details-bin", ProtoUtils.metadataMarshaller(Status.getDefaultInstance()));

  private static final String DOMAIN = "flywheel";
  private static final String PREFIX = "ERROR_REASON_";

  private ErrorTable() {}

  /**
   * Whether the caller has gone, or has given up waiting: that is no defect, and nobody listens.
   */
  public static boolean isCancellation(Throwable failure) {
    return Throwables.getCausalChain(failure).stream()
        .anyMatch(cause ->
            cause instanceof CancellationException
                || (cause instanceof StatusRuntimeException status
                    && status.getStatus().getCode() == io.grpc.Status.Code.CANCELLED));
  }

  /** Sorts a failure in; what nobody foresaw becomes INTERNAL and a line in the log. */
  public static ServiceException classify(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ServiceException known) {
        return known;
      }
    }
    if (DatabaseErrors.isFull(failure)) {
      log.error("The database has no room left: {}", failure.toString());
      return ServiceException.databaseFull(failure);
    }
    if (DatabaseErrors.isTransient(failure)) {
      log.warn("The database failed for now: {}", failure.toString());
      return ServiceException.databaseUnavailable(failure);
    }
    String incident = UUID.randomUUID().toString();
    log.error("Incident {}", incident, failure);
    return ServiceException.internal(incident, failure);
  }

  /** What goes over the wire. */
  public static StatusRuntimeException toStatus(ServiceException failure) {
    Status.Builder status =
        Status.newBuilder()
            .setCode(codeOf(failure.reason()).getNumber())
            .setMessage(String.valueOf(failure.getMessage()))
            .addDetails(
                Any.pack(
                    ErrorInfo.newBuilder()
                        .setDomain(DOMAIN)
                        .setReason(nameOf(failure.reason()))
                        .putAllMetadata(failure.metadata())
                        .build()));
    if (!failure.violations().isEmpty()) {
      status.addDetails(
          Any.pack(BadRequest.newBuilder().addAllFieldViolations(failure.violations()).build()));
    }
    Duration retryAfter = failure.retryAfter();
    if (retryAfter != null) {
      status.addDetails(Any.pack(retryInfo(retryAfter)));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  /** The metadata that go with such a status. */
  public static Metadata trailersOf(StatusRuntimeException status) {
    Metadata trailers = status.getTrailers();
    return trailers == null ? new Metadata() : trailers;
  }

  /** A reason's name as callers see it: without the enum's prefix. */
  public static String nameOf(ErrorReason reason) {
    return reason.name().substring(PREFIX.length());
  }

  /** The status code that goes with a reason. */
  public static Code codeOf(ErrorReason reason) {
    return switch (reason) {
      case ERROR_REASON_INVALID_FIELD,
          ERROR_REASON_INVALID_PROGRAM,
          ERROR_REASON_BAD_HEARTBEAT_TOKEN,
          ERROR_REASON_EVENT_TIME_OUT_OF_RANGE ->
          Code.INVALID_ARGUMENT;
      case ERROR_REASON_UNAUTHENTICATED -> Code.UNAUTHENTICATED;
      case ERROR_REASON_NOT_ALLOWED, ERROR_REASON_ROOM_NOT_OPEN -> Code.PERMISSION_DENIED;
      case ERROR_REASON_REQUEST_ID_REUSED, ERROR_REASON_HOLD_EXISTS -> Code.ALREADY_EXISTS;
      case ERROR_REASON_PROGRAM_NOT_FOUND,
          ERROR_REASON_TASK_NOT_FOUND,
          ERROR_REASON_VIEWER_NOT_FOUND,
          ERROR_REASON_ROOM_NOT_FOUND,
          ERROR_REASON_HOLD_NOT_FOUND,
          ERROR_REASON_BOARD_NOT_FOUND,
          ERROR_REASON_ITEM_NOT_FOUND,
          ERROR_REASON_LOTTERY_NOT_FOUND,
          ERROR_REASON_REDEMPTION_NOT_FOUND ->
          Code.NOT_FOUND;
      case ERROR_REASON_CHECK_IN_NOT_CONFIGURED,
          ERROR_REASON_NOT_IN_ROOM,
          ERROR_REASON_NO_MAKE_UP_CARD,
          ERROR_REASON_DAY_NOT_MISSED,
          ERROR_REASON_TIER_NOT_REACHED,
          ERROR_REASON_ALREADY_CLAIMED,
          ERROR_REASON_BUDGET_EXHAUSTED,
          ERROR_REASON_SESSION_ENDED,
          ERROR_REASON_CHAIN_TOO_LONG,
          ERROR_REASON_INSUFFICIENT_POINTS,
          ERROR_REASON_POINTS_LIMIT_REACHED,
          ERROR_REASON_INSUFFICIENT_TICKETS,
          ERROR_REASON_INSUFFICIENT_FREEZES,
          ERROR_REASON_BROADCAST_CLOSED,
          ERROR_REASON_TOO_MANY_REFUNDS,
          ERROR_REASON_CHECK_IN_TOO_SOON,
          ERROR_REASON_SOLD_OUT,
          ERROR_REASON_LOTTERY_CLOSED,
          ERROR_REASON_DRAW_LIMIT_REACHED,
          ERROR_REASON_COMMITMENT_USED,
          ERROR_REASON_NOT_ON_SALE,
          ERROR_REASON_ITEM_LIMIT_REACHED,
          ERROR_REASON_NOT_ELIGIBLE,
          ERROR_REASON_PRICE_CHANGED,
          ERROR_REASON_REDEMPTION_ENDED ->
          Code.FAILED_PRECONDITION;
      case ERROR_REASON_VERSION_CONFLICT -> Code.ABORTED;
      case ERROR_REASON_OVERLOADED, ERROR_REASON_TOO_LARGE, ERROR_REASON_TOO_MANY_HOLDS ->
          Code.RESOURCE_EXHAUSTED;
      case ERROR_REASON_DATABASE_UNAVAILABLE,
          ERROR_REASON_SHUTTING_DOWN,
          ERROR_REASON_BOARD_LOADING ->
          Code.UNAVAILABLE;
      case ERROR_REASON_UNKNOWN_METHOD -> Code.UNIMPLEMENTED;
      case ERROR_REASON_INTERNAL, ERROR_REASON_UNSPECIFIED, UNRECOGNIZED -> Code.INTERNAL;
    };
  }

  private static RetryInfo retryInfo(Duration delay) {
    return RetryInfo.newBuilder()
        .setRetryDelay(
            com.google.protobuf.Duration.newBuilder()
                .setSeconds(delay.getSeconds())
                .setNanos(delay.getNano()))
        .build();
  }
}
