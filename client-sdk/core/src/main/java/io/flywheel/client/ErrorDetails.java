package io.flywheel.client;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.flywheel.v1.ErrorReason;
import io.grpc.Metadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a failed call's google.rpc.Status carries beside code and message. It is read by hand: the
 * few fields need no generated classes, which other libraries of an app may bring too.
 */
final class ErrorDetails {
  private static final Metadata.Key<byte[]> STATUS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final String DOMAIN = "flywheel";
  private static final String PREFIX = "ERROR_REASON_";
  private static final Map<String, ErrorReason> REASONS = reasons();

  private ErrorReason reason = ErrorReason.ERROR_REASON_UNSPECIFIED;
  private final List<FieldViolation> violations = new ArrayList<>();
  private @Nullable Long retryAfterMillis;
  private @Nullable String incident;

  private ErrorDetails() {}

  static ErrorDetails in(Metadata trailers) {
    ErrorDetails details = new ErrorDetails();
    byte[] status = trailers.get(STATUS);
    if (status != null) {
      try {
        details.readStatus(CodedInputStream.newInstance(status));
      } catch (IOException malformed) {
        // Details that can't be read are no reason to hide the error itself.
      }
    }
    return details;
  }

  ErrorReason reason() {
    return reason;
  }

  /** The reason's name as the service gives it; empty where it gave none that is known here. */
  String reasonName() {
    return reason == ErrorReason.ERROR_REASON_UNSPECIFIED
        ? ""
        : reason.name().substring(PREFIX.length());
  }

  List<FieldViolation> violations() {
    return Collections.unmodifiableList(violations);
  }

  @Nullable Long retryAfterMillis() {
    return retryAfterMillis;
  }

  @Nullable String incident() {
    return incident;
  }

  private void readStatus(CodedInputStream status) throws IOException {
    for (int tag = status.readTag(); tag != 0; tag = status.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 3) {
        readDetail(message(status));
      } else {
        status.skipField(tag);
      }
    }
  }

  private void readDetail(CodedInputStream any) throws IOException {
    String type = "";
    byte[] value = new byte[0];
    for (int tag = any.readTag(); tag != 0; tag = any.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1:
          type = any.readString();
          break;
        case 2:
          value = any.readByteArray();
          break;
        default:
          any.skipField(tag);
      }
    }
    CodedInputStream detail = CodedInputStream.newInstance(value);
    switch (type.substring(type.lastIndexOf('/') + 1)) {
      case "google.rpc.ErrorInfo":
        readErrorInfo(detail);
        break;
      case "google.rpc.BadRequest":
        readBadRequest(detail);
        break;
      case "google.rpc.RetryInfo":
        readRetryInfo(detail);
        break;
      default: // Another service's, or a newer one's.
    }
  }

  private void readErrorInfo(CodedInputStream info) throws IOException {
    String name = "";
    String domain = "";
    Map<String, String> metadata = new HashMap<>();
    for (int tag = info.readTag(); tag != 0; tag = info.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1:
          name = info.readString();
          break;
        case 2:
          domain = info.readString();
          break;
        case 3:
          String[] entry = twoTexts(message(info));
          metadata.put(entry[0], entry[1]);
          break;
        default:
          info.skipField(tag);
      }
    }
    if (domain.equals(DOMAIN)) {
      ErrorReason known = REASONS.get(PREFIX + name);
      reason = known == null ? ErrorReason.ERROR_REASON_UNSPECIFIED : known;
      incident = metadata.get("incident");
    }
  }

  private void readBadRequest(CodedInputStream badRequest) throws IOException {
    for (int tag = badRequest.readTag(); tag != 0; tag = badRequest.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        String[] violation = twoTexts(message(badRequest));
        violations.add(new FieldViolation(violation[0], violation[1]));
      } else {
        badRequest.skipField(tag);
      }
    }
  }

  private void readRetryInfo(CodedInputStream info) throws IOException {
    for (int tag = info.readTag(); tag != 0; tag = info.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        retryAfterMillis = millis(message(info));
      } else {
        info.skipField(tag);
      }
    }
  }

  private static long millis(CodedInputStream duration) throws IOException {
    long seconds = 0;
    int nanos = 0;
    for (int tag = duration.readTag(); tag != 0; tag = duration.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1:
          seconds = duration.readInt64();
          break;
        case 2:
          nanos = duration.readInt32();
          break;
        default:
          duration.skipField(tag);
      }
    }
    return seconds * 1_000 + nanos / 1_000_000;
  }

  /** The fields 1 and 2 of a message, which are text: a map's entry, or a field and its fault. */
  private static String[] twoTexts(CodedInputStream message) throws IOException {
    String[] texts = {"", ""};
    for (int tag = message.readTag(); tag != 0; tag = message.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      if (field == 1 || field == 2) {
        texts[field - 1] = message.readString();
      } else {
        message.skipField(tag);
      }
    }
    return texts;
  }

  private static CodedInputStream message(CodedInputStream outer) throws IOException {
    return CodedInputStream.newInstance(outer.readByteArray());
  }

  private static Map<String, ErrorReason> reasons() {
    Map<String, ErrorReason> reasons = new HashMap<>();
    for (ErrorReason reason : ErrorReason.values()) {
      reasons.put(reason.name(), reason);
    }
    return reasons;
  }
}
