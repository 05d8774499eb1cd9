package io.flywheel.cli;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;

/** Messages as JSON, for machines. */
final class Json {
  private Json() {}

  static String pretty(MessageOrBuilder message) {
    return print(JsonFormat.printer(), message);
  }

  static String line(MessageOrBuilder message) {
    return print(JsonFormat.printer().omittingInsignificantWhitespace(), message);
  }

  private static String print(JsonFormat.Printer printer, MessageOrBuilder message) {
    try {
      return printer.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e); // Only messages with google.protobuf.Any can fail.
    }
  }
}
