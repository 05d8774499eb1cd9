package io.flywheel.client;

import com.google.protobuf.CodedOutputStream;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Errors as the service sends them, written without the classes that one flavour alone has. */
final class ErrorOnTheWire {
  private static final Metadata.Key<byte[]> STATUS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private ErrorOnTheWire() {}

  static StatusRuntimeException error(Status.Code code, String reason, byte[]... details) {
    byte[] info =
        any(
            "google.rpc.ErrorInfo",
            message(out -> {
              out.writeString(1, reason);
              out.writeString(2, "flywheel");
              out.writeByteArray(3, entry("incident", "i-1"));
            }));
    String text = "made up for this test";
    byte[] status =
        message(out -> {
          out.writeInt32(1, code.value());
          out.writeString(2, text);
          out.writeByteArray(3, info);
          for (byte[] detail : details) {
            out.writeByteArray(3, detail);
          }
        });
    Metadata trailers = new Metadata();
    trailers.put(STATUS, status);
    return code.toStatus().withDescription(text).asRuntimeException(trailers);
  }

  /** The detail that says when to try again. */
  static byte[] retryAfterMillis(long millis) {
    byte[] duration =
        message(out -> {
          out.writeInt64(1, millis / 1_000);
          out.writeInt32(2, (int) (millis % 1_000) * 1_000_000);
        });
    return any("google.rpc.RetryInfo", message(out -> out.writeByteArray(1, duration)));
  }

  /** The detail that names a field. */
  static byte[] violation(String field, String description) {
    return any(
        "google.rpc.BadRequest", message(out -> out.writeByteArray(1, entry(field, description))));
  }

  /** A detail of a kind that this client does not know. */
  static byte[] unknownDetail() {
    return any("google.rpc.Help", new byte[] {0x0A, 0x00});
  }

  private static byte[] entry(String first, String second) {
    return message(out -> {
      out.writeString(1, first);
      out.writeString(2, second);
    });
  }

  private static byte[] any(String type, byte[] value) {
    return message(out -> {
      out.writeString(1, "type.googleapis.com/" + type);
      out.writeByteArray(2, value);
    });
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }
}
