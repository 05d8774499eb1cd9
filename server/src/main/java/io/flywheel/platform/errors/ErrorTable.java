package io.flywheel.platform.errors;

import static com.google.common.collect.Maps.toImmutableEnumMap;

import com.google.common.base.Throwables;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import com.google.protobuf.Any;
import com.google.protobuf.DescriptorProtos.EnumValueOptions;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.flywheel.platform.db.DatabaseErrors;
import io.flywheel.v1.ErrorReason;
import io.flywheel.v1.Options;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.Arrays;
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
  private static final ImmutableSet<ErrorReason> NEVER_SENT =
      Sets.immutableEnumSet(ErrorReason.ERROR_REASON_UNSPECIFIED, ErrorReason.UNRECOGNIZED);
  private static final String PREFIX = "ERROR_REASON_";

  private static final ImmutableMap<ErrorReason, Code> CODES =
      Arrays.stream(ErrorReason.values())
          .filter(reason -> !NEVER_SENT.contains(reason))
          .collect(toImmutableEnumMap(reason -> reason, ErrorTable::code));

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

  /** The status code that goes with a reason, as the contract says. */
  public static Code codeOf(ErrorReason reason) {
    return CODES.getOrDefault(reason, Code.INTERNAL);
  }

  private static Code code(ErrorReason reason) {
    EnumValueOptions options = reason.getValueDescriptor().getOptions();
    if (!options.hasExtension(Options.statusCode)) {
      throw new IllegalStateException(reason + " has no status_code in the contract");
    }
    return Code.forNumber(options.getExtension(Options.statusCode).getNumber());
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
